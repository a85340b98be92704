//! Making, correcting and removing macvlan and ipvlan interfaces (`use_vmac`, `use_ipvlan`).

use std::fs;

use nix::libc;
use rtnetlink::packet_core::{NLM_F_CREATE, NLM_F_EXCL};
use rtnetlink::packet_route::RouteNetlinkMessage;
use rtnetlink::packet_route::link::{
    InfoData, InfoIpVlan, InfoKind, InfoMacVlan, IpVlanFlags, IpVlanMode, LinkAttribute, LinkFlags,
    LinkInfo, LinkMessage, MacVlanMode,
};

use super::{Commands, Request, errno_text, wire};
use crate::engine::effect::Direction;
use crate::engine::event::KernelError;
use crate::engine::own_link::{LinkPlan, Make};
use crate::facts::{Interface, LinkKind};
use crate::ir::{IpvlanMode, Named, PreferredLifetime, VirtualAddress};
use crate::units::{IfName, IpNet, Mac};

/// Where the host names its link groups.
const GROUP_FILES: [&str; 2] = ["/etc/iproute2/group", "/usr/share/iproute2/group"];

/// An own interface as it was found or made.
#[derive(Debug)]
pub(crate) struct FoundLink {
    /// It was not there before.
    pub(crate) made: bool,
    index: u32,
    vrf: Option<u32>,
    base_vrf: Option<u32>,
}

impl Commands {
    /// The interface of the plan, made if it is not there, and made anew if it stands elsewhere.
    /// A new one is still down.
    pub(crate) fn find_or_make_link(&mut self, plan: &LinkPlan) -> Result<FoundLink, KernelError> {
        let base = self.link(&plan.base)?.ok_or_else(|| kernel(libc::ENODEV))?;
        if let Some(found) = self.link(&plan.name)? {
            let link = found.interface.link;
            let (is_kind, differs) = match (plan.make, link.kind) {
                (Make::Vmac(mac), LinkKind::Macvlan { private }) => {
                    (true, !private || found.interface.mac != Some(mac))
                }
                (Make::Ipvlan(..), LinkKind::Ipvlan) => (true, false),
                _ => (false, false),
            };
            if !is_kind {
                return Err(kernel(libc::EEXIST));
            }
            if stands_on(&found.interface, &base.interface) {
                if differs {
                    self.set_link(shape(found.interface.index, plan))?;
                }
                self.fit_to_base(plan, &found, &base)?;
                return Ok(FoundLink {
                    made: false,
                    index: found.interface.index,
                    vrf: link.vrf,
                    base_vrf: base.interface.link.vrf,
                });
            }
            self.remove_index(found.interface.index)?;
        }
        let mut message = shape(0, plan);
        message.attributes.extend([
            LinkAttribute::IfName(plan.name.to_string()),
            LinkAttribute::Link(base.interface.index),
            LinkAttribute::Mtu(base.interface.mtu),
            LinkAttribute::Group(group(plan, &base)),
        ]);
        let flags = NLM_F_CREATE | NLM_F_EXCL;
        self.exchange(RouteNetlinkMessage::NewLink(message), flags, |_| {})?;
        let made = self.link(&plan.name)?.ok_or_else(|| kernel(libc::ENODEV))?;
        Ok(FoundLink {
            made: true,
            index: made.interface.index,
            vrf: None,
            base_vrf: base.interface.link.vrf,
        })
    }

    /// Puts the interface into the VRF of its base, sets it up and gives it its address.
    pub(crate) fn finish_link(
        &mut self,
        plan: &LinkPlan,
        found: &FoundLink,
        address: Option<(IpNet, bool)>,
    ) -> Result<(), KernelError> {
        // First, because one that is up is set down and up by it.
        if found.vrf != found.base_vrf {
            let mut message = LinkMessage::default();
            message.header.index = found.index;
            message.attributes.push(LinkAttribute::Controller(found.base_vrf.unwrap_or(0)));
            self.set_link(message)?;
        }
        let mut message = LinkMessage::default();
        message.header.index = found.index;
        message.header.flags = LinkFlags::Up;
        message.header.change_mask = LinkFlags::Up;
        self.set_link(message)?;
        if plan.told_again {
            self.tell_again(plan)?;
        }
        let Some((net, deprecated)) = address else { return Ok(()) };
        let mut address = VirtualAddress::plain(net);
        address.preferred_lifetime = deprecated.then_some(PreferredLifetime::Seconds(0));
        let request = Request { interface: Some(found.index), address };
        match self.change_addresses(Direction::Add, &[request]).pop() {
            Some(failure) => {
                tracing::warn!("Unable to add {net} to interface {}", plan.name);
                Err(failure.error)
            }
            None => Ok(()),
        }
    }

    /// Has the kernel report the interface to everybody who listens: it does when a group is set,
    /// also to what it is.
    fn tell_again(&mut self, plan: &LinkPlan) -> Result<(), KernelError> {
        let Some(found) = self.link(&plan.name)? else { return Ok(()) };
        let mut message = LinkMessage::default();
        message.header.index = found.interface.index;
        message.attributes.push(LinkAttribute::Group(found.group));
        self.set_link(message)
    }

    /// Removes the interface; false if it was gone, or is none of ours any more.
    pub(crate) fn remove_link(&mut self, plan: &LinkPlan) -> Result<bool, KernelError> {
        let Some(found) = self.link(&plan.name)? else { return Ok(false) };
        let ours = match plan.make {
            Make::Vmac(mac) => {
                matches!(found.interface.link.kind, LinkKind::Macvlan { .. })
                    && found.interface.mac == Some(mac)
            }
            Make::Ipvlan(..) => found.interface.link.kind == LinkKind::Ipvlan,
        };
        if ours {
            self.remove_index(found.interface.index)?;
        }
        Ok(ours)
    }

    /// Removes a macvlan; false if there is none of that name.
    pub(crate) fn remove_macvlan(&mut self, name: &IfName) -> Result<bool, KernelError> {
        let Some(found) = self.link(name)? else { return Ok(false) };
        let ours = matches!(found.interface.link.kind, LinkKind::Macvlan { .. });
        if ours {
            self.remove_index(found.interface.index)?;
        }
        Ok(ours)
    }

    /// Size and group follow the base.
    fn fit_to_base(
        &mut self,
        plan: &LinkPlan,
        found: &wire::Link,
        base: &wire::Link,
    ) -> Result<(), KernelError> {
        let mut message = LinkMessage::default();
        message.header.index = found.interface.index;
        if found.interface.mtu != base.interface.mtu {
            message.attributes.push(LinkAttribute::Mtu(base.interface.mtu));
        }
        if found.group != group(plan, base) {
            message.attributes.push(LinkAttribute::Group(group(plan, base)));
        }
        if message.attributes.is_empty() { Ok(()) } else { self.set_link(message) }
    }

    fn remove_index(&mut self, index: u32) -> Result<(), KernelError> {
        let mut message = LinkMessage::default();
        message.header.index = index;
        match self.exchange(RouteNetlinkMessage::DelLink(message), 0, |_| {}) {
            Err(error) if error.errno == libc::ENODEV => Ok(()),
            result => result,
        }
    }

    fn set_link(&mut self, message: LinkMessage) -> Result<(), KernelError> {
        self.exchange(RouteNetlinkMessage::NewLink(message), 0, |_| {})
    }

    /// The interface of that name; `None` if there is none.
    fn link(&mut self, name: &IfName) -> Result<Option<wire::Link>, KernelError> {
        let mut message = LinkMessage::default();
        message.attributes.push(LinkAttribute::IfName(name.to_string()));
        let mut found = None;
        let asked = self.exchange(RouteNetlinkMessage::GetLink(message), 0, |answer| {
            found = answer.link();
        });
        match asked {
            Err(error) if error.errno == libc::ENODEV => Ok(None),
            Err(error) => Err(error),
            Ok(()) => Ok(found),
        }
    }
}

/// The kernel hangs a macvlan on a macvlan's own base.
fn stands_on(found: &Interface, base: &Interface) -> bool {
    found.link.parent == Some(base.index)
        || (base.link.parent.is_some() && found.link.parent == base.link.parent)
}

/// What makes the interface what it is.
fn shape(index: u32, plan: &LinkPlan) -> LinkMessage {
    let mut message = LinkMessage::default();
    message.header.index = index;
    let (kind, data) = match plan.make {
        Make::Vmac(Mac(mac)) => {
            message.attributes.push(LinkAttribute::Address(mac.to_vec()));
            let mode = InfoMacVlan::Mode(MacVlanMode::Private);
            (InfoKind::MacVlan, InfoData::MacVlan(vec![mode]))
        }
        Make::Ipvlan(mode, _) => {
            let flags = match mode {
                IpvlanMode::Bridge => IpVlanFlags::empty(),
                IpvlanMode::Private => IpVlanFlags::Private,
                IpvlanMode::Vepa => IpVlanFlags::Vepa,
            };
            let data = vec![InfoIpVlan::Mode(IpVlanMode::L2), InfoIpVlan::Flags(flags)];
            (InfoKind::IpVlan, InfoData::IpVlan(data))
        }
    };
    let info = vec![LinkInfo::Kind(kind), LinkInfo::Data(data)];
    message.attributes.push(LinkAttribute::LinkInfo(info));
    message
}

/// The link group: as configured, else that of the base.
fn group(plan: &LinkPlan, base: &wire::Link) -> u32 {
    match &plan.group {
        None => base.group,
        Some(Named::Number(number)) => *number,
        Some(Named::Name(name)) => named_group(name).unwrap_or_else(|| {
            tracing::warn!("({}) unknown interface group '{name}'", plan.owner);
            base.group
        }),
    }
}

/// The number of a link group that the host knows by name.
fn named_group(name: &str) -> Option<u32> {
    GROUP_FILES.iter().find_map(|path| {
        let text = fs::read_to_string(path).ok()?;
        text.lines().find_map(|line| {
            let mut words = line.split('#').next()?.split_whitespace();
            let number = words.next()?.parse().ok()?;
            (words.next() == Some(name)).then_some(number)
        })
    })
}

fn kernel(errno: i32) -> KernelError {
    KernelError { errno, text: errno_text(errno) }
}
