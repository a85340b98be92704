//! A plan as one JSON object.
//!
//! `{"version":1,"summary":TEXT,"changes":BOOL,"addresses_given_up":N,"impossible":[S],"objects":
//! [{"kind","name","action","settings":[S],"addresses":[{"address","effect","seconds","to"}],
//! "notes":[TEXT]}]}`
//!
//! `action` is `keep`, `change`, `restart`, `add` or `remove`. S is `{"keyword","before","after"}`,
//! for lists `{"keyword","gone":[TEXT],"new":[TEXT]}`; what is not shown has the keyword alone.
//! `effect` is `stays`, `comes`, `moves`, `replaced`, `returns`, `elected` or `leaves`; all of them
//! hold where this router is master.

use serde_json::{Value, json};

use crate::plan::{Action, AddressEffect, AddressStep, Difference, Plan, Setting, Step};

/// The version of the form.
const VERSION: u32 = 1;

/// The object.
#[must_use]
pub fn document(plan: &Plan) -> Value {
    json!({
        "version": VERSION,
        "summary": plan.to_string(),
        "changes": !plan.is_empty(),
        "addresses_given_up": plan.outages().count(),
        "impossible": plan.impossible.iter().map(setting).collect::<Value>(),
        "objects": plan.steps.iter().map(step).collect::<Value>(),
    })
}

fn step(step: &Step) -> Value {
    json!({
        "kind": step.kind.keyword(),
        "name": step.name,
        "action": match step.action {
            Action::Keep => "keep",
            Action::Change => "change",
            Action::Restart => "restart",
            Action::Add => "add",
            Action::Remove => "remove",
        },
        "settings": step.settings.iter().map(setting).collect::<Value>(),
        "addresses": step.addresses.iter().map(address).collect::<Value>(),
        "notes": step.notes,
    })
}

fn setting(setting: &Setting) -> Value {
    let keyword = setting.keyword;
    match &setting.difference {
        Difference::Value { before, after } => {
            json!({ "keyword": keyword, "before": before, "after": after })
        }
        Difference::Entries { gone, new } => {
            json!({ "keyword": keyword, "gone": gone, "new": new })
        }
        Difference::Concealed => json!({ "keyword": keyword }),
    }
}

fn address(step: &AddressStep) -> Value {
    let (word, seconds, to) = match &step.effect {
        AddressEffect::Stays => ("stays", None, None),
        AddressEffect::Comes => ("comes", None, None),
        AddressEffect::MovesTo(name) => ("moves", None, Some(name)),
        AddressEffect::Replaced => ("replaced", None, None),
        AddressEffect::Returns(after) => ("returns", Some(after.as_secs_f64()), None),
        AddressEffect::Elected(after) => ("elected", Some(after.as_secs_f64()), None),
        AddressEffect::Leaves => ("leaves", None, None),
    };
    json!({ "address": step.address, "effect": word, "seconds": seconds, "to": to })
}
