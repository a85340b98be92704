//! The interfaces that an instance makes for itself: which, with which names, and what goes where
//! (`use_vmac`, `use_ipvlan`, `use_vmac_addr`).
//!
//! Pure planning. `vrrp/links.rs` asks for what is planned and notices when it is gone; the
//! runtime makes it. Names follow keepalived: `vrrp.VRID`, for IPv6 then `vrrp6.VRID`, then
//! `vrrp1.VRID` and so on until one is free; a fitting macvlan that is there already is adopted.

use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;

use crate::engine::effect::EffectId;
use crate::facts::{Interface, LinkKind, Network};
use crate::ir::global::VmacNames;
use crate::ir::{self, IpvlanMode, Named, OwnLink, VirtualAddress};
use crate::units::{Family, IfName, IpNet, Mac, Vrid};

/// An interface that shall be there, with everything that the kernel is told of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LinkPlan {
    /// The name of the instance, for the log.
    pub owner: Arc<str>,
    /// Its name.
    pub name: IfName,
    /// The interface that it stands on.
    pub base: IfName,
    /// What it is.
    pub make: Make,
    /// The family of the addresses on it.
    pub family: Family,
    /// An IPv4 one that speaks IPv6 too; else IPv6 is off there.
    pub dual: bool,
    /// `group`; `None` means that of the base.
    pub group: Option<Named<u32>>,
    /// It has a link-local address of its own, which no other router speaks from.
    pub link_local: bool,
    /// Whoever listens to the kernel is told of it once more when it is up (`netlink_notify_msg`).
    pub told_again: bool,
}

/// What kind of interface is made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Make {
    /// A private macvlan with this address.
    Vmac(Mac),
    /// An ipvlan in L2 mode, and its own address.
    Ipvlan(IpvlanMode, Option<IpNet>),
}

/// What is to be done about an interface.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LinkChange {
    /// Make it if it is not there, correct what differs, set it up, give it this address (and
    /// whether that is deprecated from the start). Success also if nothing had to be done.
    Ensure {
        /// Which.
        plan: Arc<LinkPlan>,
        /// Its address.
        address: Option<(IpNet, bool)>,
    },
    /// Remove it, and give the base what it had. One that is gone is no failure.
    Remove(Arc<LinkPlan>),
}

impl LinkChange {
    /// The interface.
    pub fn plan(&self) -> &Arc<LinkPlan> {
        match self {
            Self::Ensure { plan, .. } | Self::Remove(plan) => plan,
        }
    }
}

/// One interface of an instance, and what was asked for it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Link {
    pub(super) plan: Arc<LinkPlan>,
    /// Asked, and not answered.
    pub(super) asked: Option<EffectId>,
    /// Refused; tried again when something changes there.
    pub(super) refused: bool,
}

/// The interfaces of an instance.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Links {
    /// All of them. The one for the instance's own addresses is the first, if there is one.
    pub(super) all: Vec<Link>,
    /// The first is the instance's own.
    own: bool,
    /// Adverts travel over the base.
    transmit_from_base: bool,
    /// What the start waits for.
    pub(super) wait: Awaits,
}

/// What an instance waits for at the start.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) enum Awaits {
    /// Nothing, or nothing any more.
    #[default]
    Nothing,
    /// The answers to its requests, and the reading of the network after them.
    Answers,
    /// That they are up.
    Carrier,
}

impl Links {
    /// The instance's own interface (`use_vmac`, `use_ipvlan`).
    pub(super) fn own(&self) -> Option<&Arc<LinkPlan>> {
        self.all.first().filter(|_| self.own).map(|link| &link.plan)
    }

    /// The own interface, if adverts travel over it.
    pub(super) fn transmits(&self) -> Option<&Arc<LinkPlan>> {
        self.own().filter(|_| !self.transmit_from_base)
    }

    /// The interface below one of its own; any other stands for itself.
    pub(super) fn base_of<'a>(&'a self, name: &'a IfName) -> &'a IfName {
        let own = self.all.iter().find(|link| link.plan.name == *name);
        own.map_or(name, |link| &link.plan.base)
    }

    /// Where an address goes.
    pub(super) fn place(&self, config: &ir::Instance, address: &VirtualAddress) -> Option<IfName> {
        let own = config.interface.as_ref().map(|interface| &interface.value);
        let base = address.interface.as_ref().or(own)?;
        let family = Family::of(address.ip());
        let link = self.all.iter().map(|link| &link.plan).find(|plan| {
            plan.base == *base
                && plan.family == family
                && (self.own().is_some_and(|own| own == *plan) || config.wants_macvlan(address))
        });
        Some(link.map_or(base, |plan| &plan.name).clone())
    }
}

/// Plans the interfaces of an instance. `others` are those of the other instances: their names are
/// taken, and one with the same address on the same base is shared.
pub(super) fn plan(
    config: &ir::Instance,
    names: &VmacNames,
    network: &Network,
    others: &[Arc<LinkPlan>],
) -> Links {
    let mut links = Links::default();
    let planner = Planner { config, network, others };
    if let (Some(link), Some(base)) = (&config.link, &config.interface) {
        links.own = true;
        let plan = match &link.value {
            OwnLink::Vmac(vmac) => {
                links.transmit_from_base = vmac.transmit_from_base;
                let draft = Draft {
                    base: &base.value,
                    family: config.family,
                    make: Make::Vmac(vmac.mac),
                    wanted: vmac.name.as_ref().map(|name| &name.value),
                    prefix: names.prefix.as_ref().map(|prefix| prefix.value.as_str()),
                    group: vmac.group.as_ref().map(|group| group.value.clone()),
                };
                LinkPlan {
                    dual: config.excluded.iter().any(|it| Family::of(it.ip()) != config.family),
                    link_local: config.family == Family::V6 && !vmac.transmit_from_base,
                    told_again: vmac.netlink_notify,
                    ..planner.plan(&draft, &links)
                }
            }
            OwnLink::Ipvlan(ipvlan) => planner.plan(
                &Draft {
                    base: &base.value,
                    family: config.family,
                    make: Make::Ipvlan(ipvlan.mode, ipvlan.address.as_ref().map(|net| net.value)),
                    wanted: ipvlan.name.as_ref().map(|name| &name.value),
                    prefix: names.prefix.as_ref().map(|prefix| prefix.value.as_str()),
                    group: ipvlan.group.as_ref().map(|group| group.value.clone()),
                },
                &links,
            ),
        };
        links.add(plan);
    }
    let prefix = names.address_prefix.as_ref().or(names.prefix.as_ref());
    for address in config.addresses.iter().chain(&config.excluded) {
        let own = config.interface.as_ref().map(|interface| &interface.value);
        let Some(base) = address.interface.as_ref().or(own) else { continue };
        let family = Family::of(address.ip());
        let covered =
            links.all.iter().any(|link| link.plan.base == *base && link.plan.family == family);
        if covered || !config.wants_macvlan(address) {
            continue;
        }
        let draft = Draft {
            base,
            family,
            make: Make::Vmac(virtual_mac(family, *config.vrid)),
            wanted: None,
            prefix: prefix.map(|prefix| prefix.value.as_str()),
            group: None,
        };
        links.add(LinkPlan { link_local: family == Family::V6, ..planner.plan(&draft, &links) });
    }
    links
}

impl Links {
    fn add(&mut self, plan: LinkPlan) {
        self.all.push(Link { plan: Arc::new(plan), asked: None, refused: false });
    }
}

/// 00:00:5e:00:01:VRID, and 02 for IPv6 (RFC 9568 section 7.3).
fn virtual_mac(family: Family, vrid: Vrid) -> Mac {
    let kind = match family {
        Family::V4 => 1,
        Family::V6 => 2,
    };
    Mac([0, 0, 0x5e, 0, kind, vrid.get()])
}

/// What is asked of one interface.
struct Draft<'a> {
    base: &'a IfName,
    family: Family,
    make: Make,
    wanted: Option<&'a IfName>,
    prefix: Option<&'a str>,
    group: Option<Named<u32>>,
}

struct Planner<'a> {
    config: &'a ir::Instance,
    network: &'a Network,
    others: &'a [Arc<LinkPlan>],
}

impl Planner<'_> {
    fn plan(&self, draft: &Draft<'_>, links: &Links) -> LinkPlan {
        LinkPlan {
            owner: Arc::from(self.config.name.value.as_str()),
            name: self.name(draft, links),
            base: draft.base.clone(),
            make: draft.make,
            family: draft.family,
            dual: false,
            group: draft.group.clone(),
            link_local: false,
            told_again: false,
        }
    }

    fn name(&self, draft: &Draft<'_>, links: &Links) -> IfName {
        let same = |plan: &&Arc<LinkPlan>| {
            plan.make == draft.make
                && plan.base == *draft.base
                && matches!(plan.make, Make::Vmac(_))
        };
        if let Some(shared) = self.others.iter().find(same) {
            return shared.name.clone();
        }
        let planned = |name: &IfName| {
            self.others.iter().any(|plan| plan.name == *name)
                || links.all.iter().any(|link| link.plan.name == *name)
        };
        let adopted = self.network.interfaces.iter().find(|interface| {
            fits(interface, draft.base, draft.make, self.network) && !planned(&interface.name)
        });
        if let Some(adopted) = adopted.filter(|_| matches!(draft.make, Make::Vmac(_))) {
            return adopted.name.clone();
        }
        let suits = |name: &&IfName| {
            !planned(name)
                && self.network.interface(name).is_none_or(|found| match draft.make {
                    Make::Vmac(_) => matches!(found.link.kind, LinkKind::Macvlan { .. }),
                    Make::Ipvlan(..) => found.link.kind == LinkKind::Ipvlan,
                })
        };
        if let Some(wanted) = draft.wanted.filter(suits) {
            return wanted.clone();
        }
        let vrid = self.config.vrid.get();
        let prefix = draft.prefix.unwrap_or("vrrp");
        let sixth = (draft.family == Family::V6).then(|| format!("{prefix}6.{vrid}"));
        let numbered = (1_u32..).map(|number| format!("{prefix}{number}.{vrid}"));
        let plain = [format!("{prefix}.{vrid}")].into_iter();
        let names = plain.chain(sixth).chain(numbered).map(|name| IfName::new(&name));
        let free = |name: &IfName| {
            !planned(name)
                && self.network.interface(name).is_none_or(|found| {
                    // Left behind by a predecessor.
                    matches!(draft.make, Make::Ipvlan(..))
                        && fits(found, draft.base, draft.make, self.network)
                })
        };
        // The prefix may leave no room for a number.
        let found = names.take_while(Result::is_ok).flatten().find(free);
        found.unwrap_or_else(|| draft.base.clone())
    }
}

/// It is what is wanted already, but perhaps for its mode.
pub(super) fn fits(found: &Interface, base: &IfName, make: Make, network: &Network) -> bool {
    let Some(base) = network.interface(base) else { return false };
    // The kernel hangs a macvlan on a macvlan's own base.
    let stands = found.link.parent == Some(base.index)
        || (base.link.parent.is_some() && found.link.parent == base.link.parent);
    match make {
        Make::Vmac(mac) => {
            found.link.kind == LinkKind::Macvlan { private: true }
                && found.mac == Some(mac)
                && stands
                && found.index != base.index
        }
        Make::Ipvlan(..) => found.link.kind == LinkKind::Ipvlan && stands,
    }
}

/// The link-local address of a VMAC: the configured source, else that of the base, else one made
/// from its MAC address (RFC 4291 appendix A).
pub(super) fn link_local(config: &ir::Instance, base: &Interface) -> Option<Ipv6Addr> {
    if let Some(IpAddr::V6(source)) = config.source.as_ref().map(|source| source.value)
        && source.is_unicast_link_local()
    {
        return Some(source);
    }
    let of_base = base.advert_sources(Family::V6).find_map(|address| match address {
        IpAddr::V6(address) => Some(address),
        IpAddr::V4(_) => None,
    });
    of_base.or_else(|| {
        let Mac([a, b, c, d, e, f]) = base.mac?;
        let half = |high: u8, low: u8| u16::from_be_bytes([high, low]);
        let (first, second) = (half(a ^ 2, b), half(c, 0xff));
        Some(Ipv6Addr::new(0xfe80, 0, 0, 0, first, second, half(0xfe, d), half(e, f)))
    })
}
