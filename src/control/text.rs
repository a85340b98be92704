//! The status for people: plain, aligned, the worst first. Colour only if it is asked for.

use std::fmt::Write;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::control::duration::spell;
use crate::control::instance::{DrainStatus, FollowStatus, InstanceStatus, PeerStatus};
use crate::control::status::Status;

/// From so many instances on each has one line, unless it is asked for by name.
const MANY: usize = 8;
/// So many alarms are shown, so that the rest of a page can be seen.
const ALARMS: usize = 20;
/// So many commands are shown.
const COMMANDS: usize = 5;

/// How it is to look.
#[derive(Clone, Debug)]
pub struct Look {
    /// Escape sequences of a terminal.
    pub colour: bool,
    /// The zone of points in time.
    pub zone: TimeZone,
    /// Each instance in full, however many there are.
    pub full: bool,
}

/// What a part of the text means.
#[derive(Clone, Copy)]
enum Tone {
    Good,
    Quiet,
    Odd,
    Bad,
}

/// Writes a status.
pub fn write(status: &Status, look: &Look) -> String {
    let mut page = Page { text: String::new(), look, now: status.at };
    page.head(status);
    page.alarms(status);
    if look.full || status.instances.len() <= MANY {
        status.instances.iter().for_each(|instance| page.instance(instance));
    } else {
        page.table(status);
    }
    page.groups(status);
    page.foot(status);
    page.text
}

struct Page<'a> {
    text: String,
    look: &'a Look,
    /// Seconds since 1970.
    now: f64,
}

impl Page<'_> {
    fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    /// A line of an instance: what it is about, and what there is to say.
    fn entry(&mut self, name: &str, text: &str) {
        self.line(&format!("  {name:<10} {text}"));
    }

    fn paint(&self, tone: Tone, text: &str) -> String {
        let code = match tone {
            _ if !self.look.colour => return text.to_owned(),
            Tone::Good => "32",
            Tone::Quiet => "2",
            Tone::Odd => "33",
            Tone::Bad => "1;31",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }

    /// A point in time and how long ago that is, or is to come.
    fn when(&self, at: f64) -> String {
        let age = span(self.now - at);
        match self.now >= at {
            true => format!("{} ({} ago)", self.clock(at), spell(age)),
            false => format!("{} (in {})", self.clock(at), spell(span(at - self.now))),
        }
    }

    fn clock(&self, at: f64) -> String {
        let millis = Duration::try_from_secs_f64(at).map_or(0, |at| at.as_millis());
        let moment = i64::try_from(millis).ok().and_then(|it| Timestamp::from_millisecond(it).ok());
        let Some(moment) = moment else { return "?".to_owned() };
        moment.to_zoned_datetime(self.look.zone.clone()).strftime("%Y-%m-%d %H:%M:%S").to_string()
    }

    fn head(&mut self, status: &Status) {
        let Status { pid, program, configuration, reloads, stalls, .. } = status;
        let up = spell(span(self.now - status.started));
        let mut line = format!("stillalive {program}, pid {pid}, up {up}, {configuration}");
        if let Some(namespace) = &status.namespace {
            let _ = write!(line, ", namespace {namespace}");
        }
        self.line(&line);
        let mut line =
            format!("reloads: {} applied, {} refused", reloads.accepted, reloads.refused);
        if let (Some(at), Some(accepted)) = (reloads.last, reloads.last_accepted) {
            let word = if accepted { "applied" } else { "REFUSED" };
            let _ = write!(line, ", the last {word} {}", self.when(at));
        }
        if reloads.running {
            line.push_str(", one is being read");
        }
        self.line(&line);
        if let Some(last) = stalls.last {
            let longest = spell(span(stalls.longest_seconds));
            let last = self.when(last);
            self.line(&format!("stalls: {}, the longest {longest}, the last {last}", stalls.count));
        }
    }

    /// What is wrong, before anything else.
    fn alarms(&mut self, status: &Status) {
        let all = status.instances.iter().flat_map(|instance| {
            instance.warnings.iter().map(|warning| format!("!! {}: {warning}", instance.name))
        });
        let all: Vec<String> = all.collect();
        for warning in all.iter().take(ALARMS) {
            let line = self.paint(Tone::Bad, warning);
            self.line(&line);
        }
        if all.len() > ALARMS {
            let rest = format!("!! and {} more", all.len().saturating_sub(ALARMS));
            let line = self.paint(Tone::Bad, &rest);
            self.line(&line);
        }
    }

    fn state(&self, instance: &InstanceStatus, width: usize) -> String {
        self.state_word(&instance.state, width)
    }

    fn state_word(&self, state: &str, width: usize) -> String {
        let tone = match state {
            "MASTER" => Tone::Good,
            "FAULT" => Tone::Bad,
            "INIT" => Tone::Odd,
            _ => Tone::Quiet,
        };
        self.paint(tone, &format!("{state:<width$}"))
    }

    fn instance(&mut self, instance: &InstanceStatus) {
        let state = self.state(instance, 0);
        let since = self.when(instance.since);
        self.line("");
        self.line(&format!("{}  {state}  since {since}", instance.name));
        if let Some(why) = &instance.why {
            self.entry("why", why);
        }
        if let Some(drain) = &instance.drained {
            let text = self.drained(drain);
            let text = self.paint(Tone::Odd, &text);
            self.entry("DRAINED", &text);
        }
        let InstanceStatus { priority, configured_priority, vrid, .. } = instance;
        let configured = match priority == configured_priority {
            true => String::new(),
            false => format!(" (configured {configured_priority})"),
        };
        let mut place = format!("priority {priority}{configured}, vrid {vrid}");
        if let Some(interface) = &instance.interface {
            let _ = write!(place, " on {interface}");
        }
        if let Some(source) = instance.source {
            let _ = write!(place, " from {source}");
        }
        self.entry("router", &place);
        for (position, address) in instance.addresses.iter().enumerate() {
            let held = match (address.held, instance.is_master()) {
                (true, true) => self.paint(Tone::Good, "held"),
                (true, false) => self.paint(Tone::Bad, "HELD"),
                (false, true) => self.paint(Tone::Bad, "NOT HELD"),
                (false, false) => "not held".to_owned(),
            };
            let text = format!("{} on {}  {held}", address.address, address.interface);
            self.entry(if position == 0 { "addresses" } else { "" }, &text);
        }
        for (position, peer) in instance.peers.iter().enumerate() {
            let text = self.peer(peer, instance.master);
            self.entry(if position == 0 { "peers" } else { "" }, &text);
        }
        for (position, follow) in instance.tracked.iter().enumerate() {
            let text = self.follow(follow);
            self.entry(if position == 0 { "tracked" } else { "" }, &text);
        }
        if let Some(next) = &instance.next {
            let text = match next.what.as_str() {
                "takeover" => "takes over unless the master is heard",
                other => other,
            };
            self.entry("next", &format!("{text} in {}", spell(span(next.at - self.now))));
        }
        let counters = &instance.counters;
        self.entry(
            "counted",
            &format!(
                "{} times master, {} near failovers, {} second masters, {} datagrams refused",
                counters.became_master,
                counters.near_failovers,
                counters.second_masters,
                counters.refused
            ),
        );
        for (position, change) in instance.changes.iter().skip(1).enumerate() {
            let text = format!(
                "{} {} -> {}: {}",
                self.clock(change.at),
                change.from,
                change.to,
                change.why
            );
            let text = self.paint(Tone::Quiet, &text);
            self.entry(if position == 0 { "before" } else { "" }, &text);
        }
    }

    fn drained(&self, drain: &DrainStatus) -> String {
        let until = match drain.until {
            Some(until) => format!("until {}", self.when(until)),
            None => "until resumed".to_owned(),
        };
        let reason = drain.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
        format!("{until}, since {}, by {}{reason}", self.when(drain.since), drain.by)
    }

    fn peer(&self, peer: &PeerStatus, master: Option<std::net::IpAddr>) -> String {
        let is_master = if master == Some(peer.address) { ", master" } else { "" };
        match (peer.priority, peer.heard) {
            (Some(0), Some(at)) => {
                format!("{}  has resigned, {} ago", peer.address, spell(span(self.now - at)))
            }
            (Some(priority), Some(at)) => {
                let ago = spell(span(self.now - at));
                format!("{}  priority {priority}{is_master}, heard {ago} ago", peer.address)
            }
            _ => format!("{}  never heard", peer.address),
        }
    }

    fn follow(&self, follow: &FollowStatus) -> String {
        let FollowStatus { kind, name, weight, found, up } = follow;
        let found = match up {
            Some(false) => self.paint(Tone::Bad, found),
            _ => found.clone(),
        };
        let weight = match weight {
            0 => "its loss is a fault".to_owned(),
            weight => format!("weight {weight}"),
        };
        format!("{kind} {name}  {found}  ({weight})")
    }

    /// One line each.
    fn table(&mut self, status: &Status) {
        let count = |state: &str| {
            let some = status.instances.iter().filter(|instance| instance.state == state);
            format!("{} {state}", some.count())
        };
        let states: Vec<String> = ["MASTER", "BACKUP", "FAULT", "INIT"].map(count).into();
        self.line("");
        self.line(&format!("{} instances: {}", status.instances.len(), states.join(", ")));
        let names = status.instances.iter().map(|instance| instance.name.chars().count());
        let width = names.max().unwrap_or(0).max(8);
        for instance in &status.instances {
            let state = self.state(instance, 6);
            let held = instance.addresses.iter().filter(|address| address.held).count();
            let all = instance.addresses.len();
            let master = match (instance.is_master(), instance.master) {
                (false, Some(master)) => format!("master {master}"),
                _ => String::new(),
            };
            let drained = match &instance.drained {
                Some(_) => self.paint(Tone::Odd, "DRAINED"),
                None => String::new(),
            };
            let age = spell(span(self.now - instance.since));
            let InstanceStatus { name, priority, .. } = instance;
            self.line(&format!(
                "{name:<width$}  {state}  {age:>8}  priority {priority:>3}  addresses {held}/{all}  \
                 {drained}{master}"
            ));
        }
    }

    /// A line for each sync group, and for the latest change of all its members.
    fn groups(&mut self, status: &Status) {
        let shown = self.look.full || status.groups.len() <= MANY;
        for group in status.groups.iter().filter(|_| shown) {
            let state = self.state_word(&group.state, 0);
            self.line("");
            self.line(&format!("sync group {}  {state}  {}", group.name, group.members.join(", ")));
            if let Some(why) = &group.why {
                self.entry("why", why);
            }
        }
    }

    fn foot(&mut self, status: &Status) {
        if status.commands.is_empty() {
            return;
        }
        self.line("");
        self.line("last commands");
        for command in status.commands.iter().rev().take(COMMANDS) {
            let reason = command.reason.as_ref().map(|it| format!(": {it}")).unwrap_or_default();
            let at = self.when(command.at);
            self.line(&format!("  {at}  {} by {}{reason}", command.what, command.by));
        }
    }
}

/// Seconds as a duration; what is negative is none.
fn span(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds).unwrap_or_default()
}
