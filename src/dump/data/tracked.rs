//! The sections of the things that are tracked: scripts, files, processes, BFD sessions.

use std::fmt::Display;

use crate::dump::View;
use crate::dump::data::tracker;
use crate::dump::line::command;
use crate::dump::number::exact_seconds;
use crate::dump::text::{Text, yes};
use crate::engine::snapshot::{FollowSnapshot, Followed, RunStage, TrackerKind, TrackerSnapshot};
use crate::ir::{BfdInstance, ParamMatch, TrackFile, TrackProcess, VrrpScript};

/// All four.
pub(super) fn sections(text: &mut Text, view: View<'_>) {
    let config = view.config();
    // keepalived forgets scripts and files that nobody tracks.
    let tracks = |kind: TrackerKind, name: &str| tracker(view, kind, name).is_some();
    let scripts = config.vrrp_scripts.iter();
    let scripts = scripts.filter(|it| tracks(TrackerKind::Script, &it.name.value));
    section(text, "VRRP Scripts", scripts, |text, it| script(text, view, it));
    let files = config.track_files.iter();
    let files = files.filter(|it| tracks(TrackerKind::File, &it.name.value));
    section(text, "VRRP Track files", files, |text, it| file(text, view, it));
    section(text, "VRRP Track processes", &config.track_processes, |text, it| {
        process(text, view, it);
    });
    section(text, "VRRP Track BFDs", &config.bfd_instances, |text, it| bfd(text, view, it));
}

fn section<T>(
    text: &mut Text,
    title: &str,
    all: impl IntoIterator<Item = T>,
    each: impl Fn(&mut Text, T),
) {
    let mut all = all.into_iter().peekable();
    if all.peek().is_some() {
        text.section(title);
        all.for_each(|one| each(text, one));
    }
}

fn script(text: &mut Text, view: View<'_>, config: &VrrpScript) {
    let name = &config.name.value;
    let now = tracker(view, TrackerKind::Script, name);
    let program = config.program();
    text.head(format_args!("VRRP Script = {name}"));
    text.property(format_args!("Command = {}", command(&program)));
    text.property(format_args!("Interval = {} sec", whole_or_exact(config.interval)));
    let timeout = config.timeout.map_or(std::time::Duration::ZERO, |timeout| timeout.value);
    text.property(format_args!("Timeout = {} sec", whole_or_exact(timeout)));
    weight(text, config.weight.value, config.reverse);
    text.property(format_args!("Rise = {}", config.rise));
    text.property(format_args!("Fall = {}", config.fall));
    let counter = now.map_or(config.rise.saturating_sub(1).into(), |now| now.value);
    text.property(format_args!("Result = {counter}"));
    text.property(format_args!("Insecure = {}", yes(!view.host.users.contains_key(&program))));
    let first = match now {
        Some(TrackerSnapshot { up: Some(_), .. }) => "unknown",
        _ => "INIT",
    };
    text.property(format_args!("Init state = {first}"));
    let good = counter >= config.rise.into();
    text.property(format_args!("Status = {}", if good { "GOOD" } else { "BAD" }));
    let (user, group) = view.host.user_of(&program);
    text.property(format_args!("Script uid:gid = {user}:{group}"));
    text.property(format_args!("VRRP instances :"));
    followers(text, view, TrackerKind::Script, name);
    let run = match now.map(|now| now.run).unwrap_or_default() {
        RunStage::Idle => "idle",
        RunStage::Running => "running",
        RunStage::Terminating => "requested termination",
        RunStage::Killing => "forcing termination",
    };
    text.property(format_args!("State = {run}"));
}

/// Whole seconds as such, others with three decimals.
fn whole_or_exact(time: std::time::Duration) -> String {
    match time.subsec_millis() {
        0 => time.as_secs().to_string(),
        millis => format!("{}.{millis:03}", time.as_secs()),
    }
}

fn weight(text: &mut Text, weight: i16, reverse: bool) {
    let reverse = if reverse { " reverse" } else { "" };
    text.property(format_args!("Weight = {weight}{reverse}"));
}

fn file(text: &mut Text, view: View<'_>, config: &TrackFile) {
    let name = &config.name.value;
    let now = tracker(view, TrackerKind::File, name);
    text.head(format_args!("Track file = {name}"));
    text.property(format_args!("File = {}", config.path.value));
    text.property(format_args!("Status = {}", now.map_or(0, |now| now.value)));
    weight(text, config.weight.value, config.reverse);
    followers(text, view, TrackerKind::File, name);
}

fn process(text: &mut Text, view: View<'_>, config: &TrackProcess) {
    let name = &config.name.value;
    let now = tracker(view, TrackerKind::Process, name);
    text.head(format_args!("VRRP Track process = {name}"));
    let mut line = |key: &str, value: &dyn Display| text.property(format_args!("{key} = {value}"));
    line("Process", &config.process.value);
    if !config.parameters.is_empty() {
        let words: Vec<&str> = config.parameters.iter().map(|word| word.value.as_str()).collect();
        line("Parameters", &words.join(" "));
    }
    if let Some(how) = matching(config.matching) {
        line("Param match", &how);
    }
    line("Min processes", &config.quorum);
    if let Some(most) = config.quorum_max {
        line("Max processes", &most.value);
    }
    line("Current processes", &now.map_or(0, |now| now.value));
    let up = now.is_some_and(|now| now.up == Some(true));
    let turning = now.is_some_and(|now| now.turning);
    line("Have quorum", &up);
    weight(text, config.weight.value, config.reverse);
    let mut line = |key: &str, value: &dyn Display| text.property(format_args!("{key} = {value}"));
    line("Terminate delay", &format_args!("{}s", exact_seconds(config.terminate_delay)));
    line("Fork delay", &format_args!("{}s", exact_seconds(config.fork_delay)));
    let timer = |running: bool| if running { "running" } else { "not running" };
    if view.running {
        text.property(format_args!("Fork delay timer {}", timer(turning && !up)));
        text.property(format_args!("Terminate delay timer {}", timer(turning && up)));
    }
    text.property(format_args!("Full command = {}", looks_at_all(config)));
    followers(text, view, TrackerKind::Process, name);
}

/// The whole command line of processes is looked at: said so, or needed for the arguments.
pub(in crate::dump) fn looks_at_all(config: &TrackProcess) -> bool {
    config.full_command || !config.parameters.is_empty() || config.matching != ParamMatch::Ignored
}

/// How arguments are compared; nothing where they are not.
pub(in crate::dump) const fn matching(how: ParamMatch) -> Option<&'static str> {
    match how {
        ParamMatch::Ignored => None,
        ParamMatch::Exact => Some("exact"),
        ParamMatch::Partial => Some("partial"),
        ParamMatch::Initial => Some("initial"),
    }
}

fn bfd(text: &mut Text, view: View<'_>, config: &BfdInstance) {
    let name = &config.name.value;
    let now = tracker(view, TrackerKind::Bfd, name);
    text.head(format_args!("VRRP Track BFD = {name}"));
    weight(text, config.weight.value, config.reverse);
    let up = now.is_some_and(|now| now.up == Some(true));
    text.property(format_args!("Bfd is {}", if up { "up" } else { "down" }));
    text.property(format_args!("Tracking VRRP instances :"));
    followers(text, view, TrackerKind::Bfd, name);
}

/// Who follows the thing, by itself or through its group.
fn followers(text: &mut Text, view: View<'_>, kind: TrackerKind, name: &str) {
    let is_it = |follow: &&FollowSnapshot| matches!(&follow.what, Followed::Tracker(of, what) if *of == kind && **what == *name);
    let lines = view.engine.instances.iter().flat_map(|instance| {
        instance.follows.iter().filter(is_it).map(|follow| {
            let reverse = if follow.reverse { " reverse" } else { "" };
            format!("{}, weight {}{reverse}", instance.name, follow.weight)
        })
    });
    text.list("Tracking instances", lines);
}
