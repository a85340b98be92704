//! What is printed of a plan: whether it is accepted, what it does, and what that means right now.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::cli::reload::before::Now;
use crate::cli::reload::{STATUS_ADDRESS_LEAVES, STATUS_REFUSED};
use crate::plan::{self, Action, Kind, Plan, Step};

/// What is printed.
pub(super) struct Report {
    /// What runs.
    pub(super) old: String,
    /// What would be loaded.
    pub(super) new: String,
    /// What runs has errors.
    pub(super) old_has_errors: bool,
    /// Why it would not be loaded.
    pub(super) refusal: Option<String>,
    /// What it would do.
    pub(super) plan: Plan,
    /// What the daemon is doing, if one was asked.
    pub(super) now: Option<Now>,
}

impl Report {
    /// The exit status.
    pub(super) fn status(&self) -> u8 {
        let leaves = match &self.now {
            Some(now) => !self.given_up(now).is_empty(),
            None => self.plan.outages().next().is_some(),
        };
        match &self.refusal {
            Some(_) => STATUS_REFUSED,
            None if leaves => STATUS_ADDRESS_LEAVES,
            None => 0,
        }
    }

    /// The addresses that the daemon would give up as things are.
    fn given_up(&self, now: &Now) -> Vec<&str> {
        let outages = self.plan.outages_of(|instance| now.leads(instance));
        outages.map(|step| step.address.as_str()).collect()
    }

    /// For people.
    pub(super) fn text(&self) -> String {
        let Self { old, new, plan, .. } = self;
        let mut text = match &self.refusal {
            Some(refusal) => format!(
                "REFUSED: {refusal}\n\nThe running configuration ({old}) goes on, and nothing \
                 changes. `stillalive check {new}` explains errors.\n"
            ),
            None if plan.is_empty() => {
                format!("ACCEPTED: {new} means the same as {old}; nothing changes.\n")
            }
            None => {
                let now = self.now.as_ref().map(|now| self.right_now(now)).unwrap_or_default();
                format!("ACCEPTED: {plan}.\n\n{}{now}", plan::text(plan))
            }
        };
        if self.old_has_errors {
            text.push_str(&format!(
                "\n{old} has errors: what they leave out is taken as not running.\n"
            ));
        }
        text
    }

    /// What the conditions of the plan come to as things are.
    fn right_now(&self, now: &Now) -> String {
        let mut text = format!("\nRight now, at {}:\n", self.old);
        for (instance, step) in concerned(&self.plan) {
            let state = now.states.get(instance).map_or("not there", String::as_str);
            let _ = writeln!(text, "  {} {instance} is {state}", step.kind.keyword());
        }
        match self.given_up(now).as_slice() {
            [] => text.push_str("  no virtual address would leave this router\n"),
            given_up => {
                let _ = writeln!(text, "  would leave this router: {}", given_up.join(", "));
            }
        }
        text
    }

    /// For programs.
    pub(super) fn document(&self) -> Value {
        let mut document = plan::document(&self.plan);
        if let Some(fields) = document.as_object_mut() {
            fields.insert("accepted".to_owned(), json!(self.refusal.is_none()));
            fields.insert("refusal".to_owned(), json!(self.refusal));
            fields.insert("against".to_owned(), json!(self.old));
            fields.insert("file".to_owned(), json!(self.new));
            if let Some(now) = &self.now {
                fields.insert("now".to_owned(), self.now_document(now));
            }
        }
        document
    }

    fn now_document(&self, now: &Now) -> Value {
        let states = concerned(&self.plan)
            .map(|(instance, _)| json!({ "name": instance, "state": now.states.get(instance) }));
        json!({ "instances": states.collect::<Value>(), "addresses_given_up": self.given_up(now) })
    }
}

/// The instances that run and are not left as they are, by the names that they have now.
fn concerned(plan: &Plan) -> impl Iterator<Item = (&str, &Step)> {
    let instances = plan.steps.iter().filter(|step| step.kind == Kind::Instance);
    let steps = instances.filter(|step| step.action != Action::Keep);
    steps.filter_map(|step| Some((step.former.as_deref()?, step)))
}
