//! What a line is about, for programs: the same facts as its text, each under a name.

use super::{Message, What};
use crate::engine::snapshot::State;
use crate::engine::track::News;

/// The facts of a line. What a line does not know is `None`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Fields<'a> {
    /// What happened, in one word that keeps its meaning.
    pub event: &'static str,
    /// The instance, or the tracked thing.
    pub instance: &'a str,
    /// The state that is entered.
    pub state: Option<&'static str>,
    /// What was before.
    pub from: Option<String>,
    /// What is now.
    pub to: Option<String>,
    /// Another router.
    pub peer: Option<String>,
    /// Its priority.
    pub priority: Option<u8>,
    /// An interface.
    pub interface: Option<&'a str>,
    /// Why.
    pub why: Option<String>,
}

impl Message {
    /// What the line is about.
    pub fn fields(&self) -> Fields<'_> {
        let none =
            Fields { event: self.what.event(), instance: &self.instance, ..Fields::default() };
        match &self.what {
            What::Entering { state, .. } | What::Syncing(state) | What::TakenOver(state) => {
                Fields { state: Some(state.name()), ..none }
            }
            What::Because(why) => Fields { why: Some(why.to_string()), ..none },
            What::Fault(cause) => {
                Fields { state: Some(State::Fault.name()), why: Some(cause.to_string()), ..none }
            }
            What::HigherPriority { from, theirs, .. }
            | What::SamePriorityHigherAddress { from, priority: theirs }
            | What::LowerPriority { from, theirs, .. }
            | What::Discarded { from, theirs } => {
                Fields { peer: Some(from.to_string()), priority: Some(theirs.get()), ..none }
            }
            What::MasterSet(peer) | What::TwoOwners(peer) | What::OldChecksum(peer) => {
                Fields { peer: Some(peer.to_string()), ..none }
            }
            What::MasterChanged(from, to) => {
                Fields { from: Some(from.to_string()), to: Some(to.to_string()), ..none }
            }
            What::PriorityChanged { from, to } => {
                Fields { from: Some(from.to_string()), to: Some(to.to_string()), ..none }
            }
            What::IntervalLearned { from, to } => Fields {
                from: Some(format!("{}ms", from.as_millis())),
                to: Some(format!("{}ms", to.as_millis())),
                ..none
            },
            What::SecondMaster { rival, .. } => Fields {
                peer: Some(rival.who.to_string()),
                why: Some(rival.evidence.to_string()),
                ..none
            },
            What::SecondMasterGone { who, .. } => Fields { peer: Some(who.to_string()), ..none },
            What::NotSent { destination, error } => Fields {
                peer: Some(destination.to_string()),
                why: Some(error.text.to_string()),
                ..none
            },
            What::Announcing { interface, .. } => {
                Fields { interface: Some(interface.as_str()), ..none }
            }
            What::UnknownVrid { interface, .. } => {
                Fields { interface: interface.as_ref().map(|name| name.as_str()), ..none }
            }
            What::LinkRefused { name, error } => {
                Fields { interface: Some(name.as_str()), why: Some(error.to_string()), ..none }
            }
            What::AddressChange(error) | What::Socket(error) => {
                Fields { why: Some(error.to_string()), ..none }
            }
            What::Drained { drain, .. } => {
                Fields { why: drain.reason.as_deref().map(str::to_owned), ..none }
            }
            What::Packet(problem) => Fields { why: Some(problem.to_string()), ..none },
            _ => none,
        }
    }
}

impl What {
    /// What happened, in one word.
    const fn event(&self) -> &'static str {
        match self {
            Self::LinkRefused { .. } => "link_refused",
            Self::Entering { .. } => "state",
            Self::Because(_) => "reason",
            Self::Syncing(_) => "group_state",
            Self::TimerExpired(_) => "stall",
            Self::Doubting { .. } => "doubting",
            Self::DoubtsNoMore => "doubts_no_more",
            Self::SecondMaster { .. } => "second_master",
            Self::SecondMasterGone { .. } => "second_master_gone",
            Self::AdvertTimeout => "advert_timeout",
            Self::Fault(_) => "fault",
            Self::HigherPriority { .. } => "higher_priority",
            Self::SamePriorityHigherAddress { .. } => "higher_address",
            Self::OwnAddressHeard => "own_address_heard",
            Self::LowerPriority { .. } => "lower_priority",
            Self::Discarded { .. } => "lower_priority_discarded",
            Self::SentZero => "priority_zero_sent",
            Self::BackupHeardZero | Self::MasterHeardZero => "priority_zero_received",
            Self::MasterSet(_) => "master_set",
            Self::MasterChanged(..) => "master_changed",
            Self::IntervalLearned { .. } => "interval_learned",
            Self::TwoOwners(_) => "two_owners",
            Self::PreemptDelayStarted(_) => "preempt_delay_started",
            Self::PreemptDelayStopped => "preempt_delay_stopped",
            Self::Packet(_) => "packet_refused",
            Self::OldChecksum(_) => "old_checksum",
            Self::SettingAddresses { .. } => "setting_addresses",
            Self::RemovingAddresses { .. } => "removing_addresses",
            Self::Paths { .. } => "paths",
            Self::SettingFirewall => "setting_firewall",
            Self::RemovingFirewall => "removing_firewall",
            Self::NotSent { .. } => "advert_not_sent",
            Self::Gone(_) => "gone",
            Self::GoneAgain { .. } => "gone_again",
            Self::StaticGone(_) => "static_gone",
            Self::Announcing { .. } => "announcing",
            Self::AddressChange(_) => "address_change_failed",
            Self::Socket(_) => "socket_failed",
            Self::StartupDelay(_) => "startup_delay",
            Self::UnknownVrid { .. } => "unknown_vrid",
            Self::PriorityChanged { .. } => "priority_changed",
            Self::FileRecovered(_) => "file_recovered",
            Self::Drained { .. } => "drained",
            Self::Resumed { .. } => "resumed",
            Self::Vacant => "vacant",
            Self::TakenOver(_) => "taken_over",
            Self::Tracker(news) => news.event(),
        }
    }
}

impl News {
    /// What happened to what is tracked, in one word.
    const fn event(&self) -> &'static str {
        match self {
            Self::NowReturning(_) => "script_status",
            Self::Succeeded => "script_succeeded",
            Self::Failed(_) => "script_failed",
            Self::StillRunning | Self::StillEnding => "script_still_running",
            Self::KeptOnReload(_) => "script_kept",
            Self::Quorum { .. } => "quorum",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::engine::event::CheckOutcome;
    use crate::engine::message::Cause;
    use crate::units::{IfName, Priority};

    fn message(what: What) -> Message {
        Message { instance: Arc::from("V1"), what }
    }

    #[test]
    fn a_change_of_state_names_the_instance_and_the_state() {
        let entering = message(What::Entering { state: State::Master, init: false });
        let wanted =
            Fields { event: "state", instance: "V1", state: Some("MASTER"), ..Fields::default() };
        assert_eq!(entering.fields(), wanted);
    }

    #[test]
    fn what_a_line_says_of_others_and_of_reasons_is_under_names_too() {
        let down = Cause::InterfaceDown(IfName::new("eth0").unwrap());
        let fault = message(What::Fault(down));
        let fault = fault.fields();
        assert_eq!(
            (fault.state, fault.why.as_deref()),
            (Some("FAULT"), Some("interface eth0 down"))
        );
        let from = "192.0.2.7".parse().unwrap();
        let [theirs, ours] = [150, 100].map(|number| Priority::new(number).unwrap());
        let yields = message(What::HigherPriority { from, theirs, ours });
        let yields = yields.fields();
        assert_eq!((yields.peer.as_deref(), yields.priority), (Some("192.0.2.7"), Some(150)));
        let changed = message(What::PriorityChanged { from: theirs, to: ours });
        let changed = changed.fields();
        assert_eq!((changed.from.as_deref(), changed.to.as_deref()), (Some("150"), Some("100")));
        let failed = message(What::Tracker(News::Failed(CheckOutcome::TimedOut)));
        assert_eq!(failed.fields().event, "script_failed");
    }
}
