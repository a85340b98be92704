//! What scripts and pipes hear: each state once, and in the end the true one.

use crate::engine::effect::InstanceId;
use crate::engine::notification::{Notification, Report, Subject};
use crate::engine::snapshot::State;
use crate::sim::invariants::{Rule, Run, Standings};

/// Who is spoken of.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Teller {
    Instance(InstanceId),
    Group(String),
}

impl Run {
    /// Takes a report down; says if it says nothing new.
    pub(super) fn notified(&mut self, notification: &Notification) -> Option<(Rule, String)> {
        // Only a `notify` script hears of every state; it is the one that is given arguments.
        let hears_all = notification.scripts.iter().any(|call| !call.arguments.is_empty());
        if !notification.report.is_state() || !hears_all {
            return None;
        }
        let teller = match notification.subject {
            Subject::Instance(id) => Teller::Instance(id),
            Subject::Group => Teller::Group(notification.name.to_string()),
        };
        // A group that was robbed says nothing until it is back, as keepalived's does.
        let may_repeat = teller == Teller::Group(notification.name.to_string())
            && notification.report == Report::Master;
        let before = self.told.insert(teller, notification.report);
        (!may_repeat && before == Some(notification.report))
            .then(|| (Rule::NotifiedTruly, format!("twice: {notification}")))
    }

    /// A group that a reload has removed may begin anew.
    pub(super) fn forget_groups_but(&mut self, standings: &Standings<'_>) {
        let is_there = |name: &String| standings.groups.iter().any(|group| group.name == *name);
        self.told.retain(|teller, _| match teller {
            Teller::Instance(_) => true,
            Teller::Group(name) => is_there(name),
        });
    }

    /// What was told last is not what is. Whoever tells nobody is left out.
    pub(super) fn untruths(&self, standings: &Standings<'_>) -> Vec<(Rule, String)> {
        let mut broken = Vec::new();
        for (teller, report) in &self.told {
            let (name, state) = match teller {
                Teller::Instance(id) => {
                    let record = self.instances.get(id);
                    (format!("#{}", id.0), record.map(|record| record.state))
                }
                Teller::Group(name) => {
                    let group = standings.groups.iter().find(|group| group.name == *name);
                    (name.clone(), group.map(|group| group.state))
                }
            };
            let Some(state) = state.filter(|state| *state != State::Init) else { continue };
            if state.name() != report.word() {
                let how = format!("{name} is {state}, and {report} was told last");
                broken.push((Rule::NotifiedTruly, how));
            }
        }
        broken
    }
}
