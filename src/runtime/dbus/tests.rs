//! Calls as clients make them, and what they get; signals as a reload brings them about.

use zbus::message::Message;

use super::answer::{Answer, answer};
use super::*;
use crate::engine::notification::Report;
use crate::lower::{Mode, lower};
use crate::runtime::dumps::{Kind, Requester};
use crate::syntax::parse_text;

const PROPERTIES: &str = "org.freedesktop.DBus.Properties";
const OURS: &str = "org.keepalived.Vrrp1.Instance";
const VI_1: &str = "/org/keepalived/Vrrp1/Instance/eth0/51/IPv4";
const VRRP: &str = "/org/keepalived/Vrrp1/Vrrp";

fn instance(name: &str, vrid: u8) -> String {
    format!(
        "vrrp_instance {name} {{\n interface eth0\n virtual_router_id {vrid}\n \
         virtual_ipaddress {{\n 10.0.0.{vrid}\n }}\n}}\n"
    )
}

fn config(text: &str) -> Config {
    let text = format!("global_defs {{\n enable_dbus\n}}\n{text}");
    let parsed = parse_text("k.conf", text.as_bytes());
    lower(&parsed.tree, parsed.sources.expanded(), Mode::Run).config
}

fn objects() -> Objects {
    let config = config(&instance("VI_1", 51));
    let objects = Objects::new(&Root::new(&config, None), &config, None);
    objects.at(VI_1).unwrap().shown.set(Status::of_report(Report::Master).unwrap());
    objects
}

fn ask<B>(path: &str, interface: &str, member: &str, body: &B) -> String
where
    B: serde::Serialize + zbus::DynamicType,
{
    let call = Message::method_call(path, member).interface(interface).build(body).unwrap();
    match answer(&call, &objects()) {
        Ok(answer) => format!("{answer:?}"),
        Err(refusal) => format!("{}: {refusal}", refusal.name()),
    }
}

#[test]
fn methods_ask_the_loop() {
    let call = |path, interface, member| {
        let call = Message::method_call(path, member).interface(interface).build(&()).unwrap();
        answer(&call, &objects())
    };
    let dump = |kind| Ok(Answer::Ask(Asked::Dump(kind, Requester::Bus)));
    let vrrp = "org.keepalived.Vrrp1.Vrrp";
    assert_eq!(call(VRRP, vrrp, "PrintData"), dump(Kind::Data));
    assert_eq!(call(VRRP, vrrp, "PrintStats"), dump(Kind::Statistics));
    assert_eq!(call(VRRP, vrrp, "PrintStatsClear"), dump(Kind::StatisticsAndClear));
    assert_eq!(call(VRRP, vrrp, "ReloadConfig"), Ok(Answer::Ask(Asked::Reload)));
    let announce = Asked::Announce("VI_1".into());
    assert_eq!(call(VI_1, OURS, "SendGarp"), Ok(Answer::Ask(announce)));
    // No interface named: the one that has it.
    let bare = Message::method_call(VRRP, "PrintStats").build(&()).unwrap();
    assert_eq!(answer(&bare, &objects()), dump(Kind::Statistics));
}

#[test]
fn errors_are_those_of_gdbus() {
    let unknown = "org.freedesktop.DBus.Error.UnknownMethod";
    let invalid = "org.freedesktop.DBus.Error.InvalidArgs";
    let table = [
        (
            ask("/org/keepalived/Vrrp1", PROPERTIES, "GetAll", &"a"),
            format!("{unknown}: Object does not exist at path “/org/keepalived/Vrrp1”"),
        ),
        (ask(VI_1, OURS, "Nix", &()), format!("{unknown}: No such method “Nix”")),
        (
            ask(VI_1, "org.foo", "Nix", &()),
            format!("{unknown}: No such interface “org.foo” on object at path {VI_1}"),
        ),
        (
            ask(VI_1, OURS, "SendGarp", &"x"),
            format!("{invalid}: Type of message, “(s)”, does not match expected type “()”"),
        ),
        (
            ask(VI_1, PROPERTIES, "Get", &(OURS, "Foo")),
            format!("{invalid}: No such property “Foo”"),
        ),
        (
            ask(VI_1, PROPERTIES, "Get", &("org.foo", "Name")),
            format!("{invalid}: No such interface “org.foo”"),
        ),
        (
            ask(VI_1, PROPERTIES, "Get", &"a"),
            format!("{unknown}: No such interface “{PROPERTIES}” on object at path {VI_1}"),
        ),
        (
            ask(VI_1, PROPERTIES, "Set", &(OURS, "Name", zbus::wire::Variant::from("x"))),
            format!("{invalid}: Property “Name” is not writable"),
        ),
    ];
    for (found, expected) in table {
        assert_eq!(found, expected);
    }
}

#[test]
fn what_is_shown_leads_to_every_object() {
    let objects = objects();
    let mut found = Vec::new();
    let mut open = vec!["/".to_owned()];
    while let Some(path) = open.pop() {
        let below = objects.below(&path);
        if below.is_empty() {
            found.push(path);
            continue;
        }
        open.extend(below.iter().map(|part| format!("{}/{part}", path.trim_end_matches('/'))));
    }
    found.sort();
    assert_eq!(found, [VI_1, VRRP]);
    let text = ask(VI_1, "org.freedesktop.DBus.Introspectable", "Introspect", &());
    assert!(text.contains(OURS) && text.contains("VrrpStatusChange"), "{text}");
}

/// A thread's end of things, without the thread.
fn speaker(config: &Config) -> (Speaker, mpsc::Receiver<Signal>) {
    let (objects, _) =
        watch::channel(Arc::new(Objects::new(&Root::new(config, None), config, None)));
    let (signals, queue) = lossy(3, "D-Bus signals");
    let (_, done) = oneshot::channel();
    let places = BTreeMap::new();
    let speaker = Speaker { objects, next: None, places, signals, done, fresh: false };
    (speaker, queue)
}

fn told(queue: &mut mpsc::Receiver<Signal>) -> Vec<String> {
    std::iter::from_fn(|| queue.try_recv().ok())
        .map(|signal| match signal {
            Signal::Status(path, status) => {
                format!("{} {}", path.rsplit('/').nth(1).unwrap(), status.word())
            }
            other => format!("{other:?}"),
        })
        .collect()
}

#[test]
fn a_reload_tells_who_goes_then_itself_then_who_comes() {
    let before = config(&(instance("A", 1) + &instance("B", 2)));
    let (mut speaker, mut queue) = speaker(&before);
    let (a, b, new) = (InstanceId(0), InstanceId(1), InstanceId(2));
    speaker.note(a, "A", Status::of_report(Report::Backup).unwrap());
    speaker.note(b, "B", Status::of_report(Report::Backup).unwrap());
    assert_eq!(told(&mut queue), ["1 Backup", "2 Backup"]);
    // B stands elsewhere now: it is another one of that name.
    let after = config(&(instance("A", 1) + &instance("B", 3)));
    let former = Arc::clone(&speaker.objects.borrow());
    let next = Objects::new(&Root::new(&after, None), &after, Some(&former));
    speaker.next = Some(Arc::new(next));
    speaker.note(b, "B", Status::of_report(Report::Fault).unwrap());
    speaker.note(new, "B", Status::of_report(Report::Backup).unwrap());
    speaker.show_next();
    assert_eq!(told(&mut queue), ["2 Fault", "Reloaded", "3 Backup"]);
    // A goes on from its state.
    speaker.note(a, "A", Status::of_report(Report::Backup).unwrap());
    assert!(told(&mut queue).is_empty());
}

#[test]
fn a_bus_that_does_not_read_loses_signals_and_holds_nobody_up() {
    let config = config(&instance("A", 1));
    let (mut speaker, mut queue) = speaker(&config);
    for report in [Report::Backup, Report::Master].into_iter().cycle().take(10) {
        speaker.note(InstanceId(0), "A", Status::of_report(report).unwrap());
    }
    assert_eq!(speaker.signals.lost, 7);
    assert_eq!(told(&mut queue).len(), 3);
    // The property is right all the same.
    let objects = speaker.objects.borrow();
    assert_eq!(objects.named("A").unwrap().1.shown.get().word(), "Master");
}
