//! What a call gets back, in the words of the library that keepalived uses (GDBus), so that clients
//! find the errors that they know. Touches nothing: what the loop has to do is part of the answer.

use std::collections::BTreeMap;

use zbus::message::Message;
use zbus::wire::{OwnedVariant, StructureBuilder, Variant};

use crate::runtime::dbus::objects::{Object, Objects};
use crate::runtime::dumps::{Kind, Requester};
use crate::runtime::signals::Asked;

const PROPERTIES: &str = "org.freedesktop.DBus.Properties";
const INTROSPECTABLE: &str = "org.freedesktop.DBus.Introspectable";
const PEER: &str = "org.freedesktop.DBus.Peer";
/// The interface of the daemon as a whole.
pub(super) const VRRP: &str = "org.keepalived.Vrrp1.Vrrp";
/// The interface of an instance.
pub(super) const INSTANCE: &str = "org.keepalived.Vrrp1.Instance";

/// The descriptions that are installed for others, of which the interfaces are shown.
const VRRP_XML: &str = include_str!("../../../dbus/org.keepalived.Vrrp1.Vrrp.xml");
const INSTANCE_XML: &str = include_str!("../../../dbus/org.keepalived.Vrrp1.Instance.xml");
/// What every object has.
const STANDARD_XML: &str = include_str!("standard.xml");

const HEAD_XML: &str =
    "<!DOCTYPE node PUBLIC \"-//freedesktop//DTD D-BUS Object Introspection 1.0//EN\"
                      \"http://www.freedesktop.org/standards/dbus/1.0/introspect.dtd\">\n<node>\n";

/// What goes back.
#[derive(PartialEq, Debug)]
pub(super) enum Answer {
    /// Nothing but that it was done.
    Done,
    /// A text.
    Text(String),
    /// The value of a property.
    Value(OwnedVariant),
    /// Properties with their values.
    Values(BTreeMap<&'static str, OwnedVariant>),
    /// The number of this machine.
    MachineId,
    /// The loop has to do something.
    Ask(Asked),
}

/// Why a call is refused.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub(super) enum Refusal {
    /// There is no such object, interface or method.
    #[error("{0}")]
    UnknownMethod(String),
    /// The arguments do not fit.
    #[error("{0}")]
    InvalidArgs(String),
}

impl Refusal {
    /// The name of the error on the bus.
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::UnknownMethod(_) => "org.freedesktop.DBus.Error.UnknownMethod",
            Self::InvalidArgs(_) => "org.freedesktop.DBus.Error.InvalidArgs",
        }
    }
}

/// What stands at a path.
#[derive(Clone, Copy)]
enum Target<'a> {
    Vrrp,
    Instance(&'a Object),
}

impl Target<'_> {
    const fn interface(self) -> &'static str {
        match self {
            Self::Vrrp => VRRP,
            Self::Instance(_) => INSTANCE,
        }
    }
}

/// Answers one call.
pub(super) fn answer(call: &Message, objects: &Objects) -> Result<Answer, Refusal> {
    let header = call.header();
    let path = header.path().map_or("", |path| path.as_str());
    let member = header.member().map_or("", |member| member.as_str());
    let interface = header.interface().map(|interface| interface.as_str().to_owned());
    let target = match objects.at(path) {
        Some(object) => Some(Target::Instance(object)),
        None => (path == objects.vrrp()).then_some(Target::Vrrp),
    };
    // Who names no interface means the one that has such a method.
    let interface = interface.unwrap_or_else(|| {
        let standard = match member {
            "Get" | "GetAll" | "Set" => Some(PROPERTIES),
            "Introspect" => Some(INTROSPECTABLE),
            "Ping" | "GetMachineId" => Some(PEER),
            _ => None,
        };
        standard.or(target.map(Target::interface)).unwrap_or_default().to_owned()
    });
    let no_object = || Refusal::UnknownMethod(format!("Object does not exist at path “{path}”"));
    match (interface.as_str(), member) {
        (PEER, "Ping") => no_arguments(call).map(|()| Answer::Done),
        (PEER, "GetMachineId") => no_arguments(call).map(|()| Answer::MachineId),
        (INTROSPECTABLE, "Introspect") => {
            no_arguments(call)?;
            Ok(Answer::Text(introspect(path, target, objects)))
        }
        (PROPERTIES, _) => of_properties(call, path, member, target.ok_or_else(no_object)?),
        (named, _) => {
            let target = target.ok_or_else(no_object)?;
            if named != target.interface() {
                return Err(no_interface(named, path));
            }
            let asked = asked(member, target).ok_or_else(|| no_method(member))?;
            no_arguments(call)?;
            Ok(Answer::Ask(asked))
        }
    }
}

/// What a method of ours asks the loop for.
fn asked(member: &str, target: Target<'_>) -> Option<Asked> {
    let print = |kind| Some(Asked::Dump(kind, Requester::Bus));
    match (target, member) {
        (Target::Vrrp, "PrintData") => print(Kind::Data),
        (Target::Vrrp, "PrintStats") => print(Kind::Statistics),
        (Target::Vrrp, "PrintStatsClear") => print(Kind::StatisticsAndClear),
        (Target::Vrrp, "ReloadConfig") => Some(Asked::Reload),
        (Target::Instance(object), "SendGarp") => Some(Asked::Announce(object.name.clone())),
        _ => None,
    }
}

fn of_properties(
    call: &Message,
    path: &str,
    member: &str,
    target: Target<'_>,
) -> Result<Answer, Refusal> {
    let body = call.body();
    let unfit = |_: zbus::Error| no_interface(PROPERTIES, path);
    let ours = |interface: &str| match interface == target.interface() {
        true => Ok(()),
        false => Err(Refusal::InvalidArgs(format!("No such interface “{interface}”"))),
    };
    let value = |name: &str| {
        let found = properties(target).remove(name);
        found.ok_or_else(|| Refusal::InvalidArgs(format!("No such property “{name}”")))
    };
    match member {
        "Get" => {
            let (interface, name): (&str, &str) = body.deserialize().map_err(unfit)?;
            ours(interface)?;
            value(name).map(Answer::Value)
        }
        "GetAll" => {
            let interface: &str = body.deserialize().map_err(unfit)?;
            ours(interface)?;
            Ok(Answer::Values(properties(target)))
        }
        "Set" => {
            let (interface, name, _): (&str, &str, Variant<'_>) =
                body.deserialize().map_err(unfit)?;
            ours(interface)?;
            value(name)?;
            Err(Refusal::InvalidArgs(format!("Property “{name}” is not writable")))
        }
        _ => Err(no_method(member)),
    }
}

/// The properties of an object.
fn properties(target: Target<'_>) -> BTreeMap<&'static str, OwnedVariant> {
    let Target::Instance(object) = target else { return BTreeMap::new() };
    let status = object.shown.get();
    let name = StructureBuilder::new().add_field(object.name.to_string());
    let state = StructureBuilder::new().add_field(status.number()).add_field(status.word());
    [("Name", name), ("State", state)]
        .into_iter()
        .filter_map(|(property, value)| {
            let value = Variant::from(value.build().ok()?);
            Some((property, value.try_into().ok()?))
        })
        .collect()
}

/// The description of an object, or of what lies on the way to objects.
fn introspect(path: &str, target: Option<Target<'_>>, objects: &Objects) -> String {
    let mut text = HEAD_XML.to_owned();
    if let Some(target) = target {
        text.push_str(STANDARD_XML);
        text.push_str(interfaces(match target {
            Target::Vrrp => VRRP_XML,
            Target::Instance(_) => INSTANCE_XML,
        }));
    }
    for part in objects.below(path) {
        text.push_str(&format!("  <node name=\"{part}\"/>\n"));
    }
    text.push_str("</node>\n");
    text
}

/// The lines of a description between those of its node.
fn interfaces(description: &str) -> &str {
    let inner = description.split_once("<node>\n").map_or("", |(_, rest)| rest);
    inner.split_once("</node>").map_or("", |(inner, _)| inner)
}

fn no_arguments(call: &Message) -> Result<(), Refusal> {
    let header = call.header();
    let signature = header.signature().to_string_no_parens();
    match signature.is_empty() {
        true => Ok(()),
        false => Err(Refusal::InvalidArgs(format!(
            "Type of message, “({signature})”, does not match expected type “()”"
        ))),
    }
}

fn no_interface(interface: &str, path: &str) -> Refusal {
    let text = format!("No such interface “{interface}” on object at path {path}");
    Refusal::UnknownMethod(text)
}

fn no_method(member: &str) -> Refusal {
    Refusal::UnknownMethod(format!("No such method “{member}”"))
}
