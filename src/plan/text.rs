//! A plan as a page for people.

use std::fmt::Write;
use std::time::Duration;

use crate::plan::{Action, AddressEffect, AddressStep, Kind, Plan, Step, wording};

/// The page. Objects that are not touched are counted at its end.
#[must_use]
pub fn text(plan: &Plan) -> String {
    let mut page = String::new();
    for (action, title) in [
        (Action::Restart, "RESTARTS, because it cannot change in place"),
        (Action::Remove, "ENDS"),
        (Action::Add, "BEGINS"),
        (Action::Change, "CHANGES IN PLACE"),
    ] {
        for step in plan.steps.iter().filter(|step| step.action == action) {
            write_step(&mut page, step, title);
        }
    }
    untouched(&mut page, plan);
    let mut outages: Vec<&AddressStep> = plan.outages().collect();
    outages.dedup();
    if outages.is_empty() {
        page.push_str("Virtual addresses: this router gives up none by the reload itself.\n");
    } else {
        let _ = writeln!(page, "Virtual addresses that this router gives up where it is master:");
        for address in outages {
            let _ = writeln!(page, "  {:<24} {}", address.address, effect(&address.effect));
        }
    }
    page
}

fn write_step(page: &mut String, step: &Step, title: &str) {
    let name = match step.name.as_str() {
        "" => step.kind.keyword().to_owned(),
        name if step.kind == Kind::Static => name.to_owned(),
        name => format!("{} {name}", step.kind.keyword()),
    };
    let _ = writeln!(page, "{name}  {title}");
    for setting in &step.settings {
        let _ = writeln!(page, "  {setting}");
    }
    let stay = |address: &&AddressStep| address.effect == AddressEffect::Stays;
    let staying = step.addresses.iter().filter(stay).count();
    if staying > 0 {
        let noun = if staying == 1 { "address stays" } else { "addresses stay" };
        let _ = writeln!(page, "  {staying} virtual {noun}: not touched");
    }
    for address in step.addresses.iter().filter(|address| !stay(address)) {
        let _ = writeln!(page, "  {:<24} {}", address.address, effect(&address.effect));
    }
    for note in &step.notes {
        let _ = writeln!(page, "  note: {note}");
    }
    page.push('\n');
}

fn untouched(page: &mut String, plan: &Plan) {
    let kinds = [
        Kind::Instance,
        Kind::SyncGroup,
        Kind::Script,
        Kind::TrackFile,
        Kind::Process,
        Kind::Bfd,
        Kind::TrackGroup,
        Kind::GarpGroup,
        Kind::Static,
        Kind::Global,
        Kind::Balancing,
    ];
    let counted = kinds.map(|kind| (kind, plan.count(kind, Action::Keep)));
    let counted: Vec<String> = counted
        .into_iter()
        .filter(|(_, count)| *count > 0)
        .map(|(kind, count)| format!("{count} {}", kind.keyword()))
        .collect();
    if !counted.is_empty() {
        let _ = writeln!(page, "Not touched: {}.", counted.join(", "));
    }
}

/// What becomes of an address, in words.
fn effect(effect: &AddressEffect) -> String {
    let unless = "unless another router leads by then";
    match effect {
        AddressEffect::Stays => "stays".to_owned(),
        AddressEffect::Comes => "comes at once, if this router is master".to_owned(),
        AddressEffect::MovesTo(name) => format!("moves to {name} without a gap, if both lead"),
        AddressEffect::Replaced => "leaves, and returns at once with other options".to_owned(),
        AddressEffect::Returns(Duration::ZERO) => "leaves, and returns at once".to_owned(),
        AddressEffect::Returns(after) => {
            format!("leaves, and returns after {}, {unless}", wording::about(*after))
        }
        AddressEffect::Elected(Duration::ZERO) => "comes at once".to_owned(),
        AddressEffect::Elected(after) => {
            format!("comes after {}, {unless}", wording::about(*after))
        }
        AddressEffect::Leaves => "leaves for good".to_owned(),
    }
}
