//! `use_vmac` and `use_ipvlan`: an interface of the instance's own, and what goes with it.

use std::net::IpAddr;

use crate::diag::{Code, Diagnostic, Severity, Verdict};
use crate::ir::{Ipvlan, IpvlanMode, Named, OwnLink, Vmac};
use crate::lower::instance::Said;
use crate::lower::line::Words;
use crate::lower::values::parse_address;
use crate::lower::{Lowering, named};
use crate::syntax::{Statement, Word};
use crate::units::{Compat, Family, IfName, IpNet, Mac, Span, Spanned, Vrid};

/// The virtual MAC address less its last two bytes.
const VIRTUAL: [u8; 4] = [0x00, 0x00, 0x5e, 0x00];

/// What the statements say of an own interface.
#[derive(Clone, Debug, Default)]
pub(super) struct SaidLink {
    /// `use_vmac`.
    vmac: Option<Span>,
    /// `use_ipvlan`.
    ipvlan: Option<Span>,
    name: Option<Spanned<IfName>>,
    mac: Option<Spanned<WrittenMac>>,
    netlink_notify: bool,
    group: Option<Spanned<Named<u32>>>,
    address: Option<Spanned<IpNet>>,
    mode: Option<Spanned<IpvlanMode>>,
    /// `vmac_xmit_base`.
    pub(super) transmit_from_base: Option<Span>,
    /// `use_vmac_addr`.
    pub(super) for_addresses: Option<Span>,
}

/// A MAC address; of five bytes the VRID is the sixth.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum WrittenMac {
    Whole([u8; 6]),
    WithoutVrid([u8; 5]),
}

impl Lowering<'_> {
    /// `use_vmac [[name] IFNAME] [MAC] [netlink_notify_msg] [group GROUP]`.
    pub(super) fn use_vmac(&mut self, statement: &Statement, said: &mut Said) {
        said.link.vmac = Some(statement.keyword_span());
        let mut named_here = None;
        let mut words = Words::after_the_keyword(statement);
        // 2.2.7 takes these words for names.
        let options = self.compat > Compat::V2_2_7;
        while let Some(word) = words.next() {
            match word.text.as_str() {
                "netlink_notify_msg" if options => said.link.netlink_notify = true,
                "group" if options => self.link_group(&mut words, word, said),
                "name" if options => {
                    if let Some(name) = self.value_of(&mut words) {
                        self.vmac_name(name, &mut named_here);
                    }
                }
                text if text.contains(':') => self.vmac_mac(word, said),
                _ => self.vmac_name(word, &mut named_here),
            }
        }
        said.link.name = named_here.or(said.link.name.take());
    }

    fn vmac_name(&mut self, word: &Word, name: &mut Option<Spanned<IfName>>) {
        if let Some(first) = name {
            let first = first.span;
            self.error(Code::OWN_LINK, word.span, "VMAC interface name already specified")
                .label("ignored")
                .related(first, "this is the name");
            return;
        }
        let bad = |c: char| c == '/' || c == ':' || c.is_whitespace();
        match IfName::new(&word.text).ok().filter(|name| !name.as_str().contains(bad)) {
            Some(fine) => *name = Some(Spanned::new(fine, word.span)),
            None => {
                let text = format!(
                    "VMAC interface name '{}' too long or invalid characters - ignoring",
                    word.text
                );
                self.error(Code::OWN_LINK, word.span, text)
                    .label("at most 15 bytes, without `/`, `:` or blanks");
            }
        }
    }

    fn vmac_mac(&mut self, word: &Word, said: &mut Said) {
        let text = &word.text;
        let wrong = match mac(text) {
            None if text.split(':').count() < 5 => {
                format!("VMAC invalid MAC address {text} - ignored")
            }
            None => format!("VMAC invalid MAC address {text}"),
            Some(WrittenMac::Whole([first, ..]) | WrittenMac::WithoutVrid([first, ..]))
                if first & 1 == 1 =>
            {
                format!("VMAC MAC address is multicast {text} - ignoring")
            }
            Some(
                WrittenMac::Whole([a, b, c, d, 1 | 2, _])
                | WrittenMac::WithoutVrid([a, b, c, d, 1 | 2]),
            ) if [a, b, c, d] == VIRTUAL => {
                format!("VMAC MAC address not allowed to be RFC5798 address ({text}) - ignoring")
            }
            Some(mac) => {
                said.link.mac = Some(Spanned::new(mac, word.span));
                return;
            }
        };
        self.error(Code::OWN_LINK, word.span, wrong)
            .label("ignored")
            .help("leave it out: the standard's address is used then");
    }

    fn link_group(&mut self, words: &mut Words<'_>, word: &Word, said: &mut Said) {
        let Some(value) = words.next() else {
            self.error(Code::OWN_LINK, word.span, "`group` lacks its value").label("ignored");
            return;
        };
        match named::group(&value.text) {
            Some(group) => said.link.group = Some(Spanned::new(group, value.span)),
            None => {
                let text = format!("'{}' is no interface group", value.text);
                self.error(Code::OWN_LINK, value.span, text).label("ignored");
            }
        }
    }

    /// `use_ipvlan [[name] IFNAME] [ADDRESS] [bridge|private|vepa] [group GROUP]`.
    pub(super) fn use_ipvlan(&mut self, statement: &Statement, said: &mut Said) {
        let owner = said.name.value.clone();
        let span = statement.keyword_span();
        said.link.ipvlan = Some(span);
        let options = self.compat > Compat::V2_2_7;
        let mut named_here = None;
        let mut words = Words::after_the_keyword(statement);
        while let Some(word) = words.next() {
            let mode = match word.text.as_str() {
                "bridge" => IpvlanMode::Bridge,
                "private" => IpvlanMode::Private,
                "vepa" => IpvlanMode::Vepa,
                "group" if options => {
                    self.link_group(&mut words, word, said);
                    continue;
                }
                "name" if options => {
                    if let Some(name) = self.value_of(&mut words) {
                        self.ipvlan_name(&owner, name, &mut named_here);
                    }
                    continue;
                }
                text => {
                    match network(text) {
                        Some(net) => self.ipvlan_address(&owner, word, net, said),
                        None => self.ipvlan_name(&owner, word, &mut named_here),
                    }
                    continue;
                }
            };
            if said.link.mode.is_some() {
                let text =
                    format!("({owner}) ipvlan type already specified - ignoring '{}'", word.text);
                self.error(Code::OWN_LINK, word.span, text).label("ignored");
            } else {
                said.link.mode = Some(Spanned::new(mode, word.span));
            }
        }
        said.link.name = named_here.or(said.link.name.take());
    }

    fn ipvlan_name(&mut self, owner: &str, word: &Word, name: &mut Option<Spanned<IfName>>) {
        let text = match (&name, IfName::new(&word.text)) {
            (Some(_), _) => {
                format!("({owner}) IPVLAN interface already specified - ignoring '{}'", word.text)
            }
            (None, Err(_)) => {
                format!("({owner}) IPVLAN interface name '{}' too long - ignoring", word.text)
            }
            (None, Ok(fine)) => {
                *name = Some(Spanned::new(fine, word.span));
                return;
            }
        };
        self.error(Code::OWN_LINK, word.span, text).label("ignored");
    }

    fn ipvlan_address(&mut self, owner: &str, word: &Word, net: IpNet, said: &mut Said) {
        if said.link.address.is_some() {
            let text =
                format!("({owner}) ipvlan address already specified - ignoring '{}'", word.text);
            self.error(Code::OWN_LINK, word.span, text).label("ignored");
            return;
        }
        let address: Spanned<IpAddr> = Spanned::new(net.address(), word.span);
        if self.is_of_the_family(said, address, "an ipvlan address") {
            said.link.address = Some(Spanned::new(net, word.span));
        }
    }

    /// The own interface of an instance, after the checks at the end of its block.
    pub(super) fn own_link(
        &mut self,
        said: &mut Said,
        vrid: Vrid,
        family: Family,
        (unicast, strict): (bool, bool),
    ) -> Option<Spanned<OwnLink>> {
        let owner = said.name.value.clone();
        self.addresses_with_vmacs(&owner, said);
        let place = said.link.ipvlan.or(said.link.vmac);
        let vmac = said.link.vmac.filter(|_| said.link.ipvlan.is_none());
        if let (Some(base), None) = (said.link.transmit_from_base, vmac) {
            let text = format!("({owner}) vmac_xmit_base is only valid with a vmac");
            self.error(Code::OWN_LINK, base, text).label("ignored").help("add `use_vmac`");
        }
        let place = place?;
        if said.interface.is_none() && unicast {
            let text = format!(
                "({owner}): Cannot use VMAC/ipvlan with unicast and no interface - clearing use_vmac"
            );
            self.error(Code::OWN_LINK, place, text).label("ignored").help("add `interface NAME`");
            return None;
        }
        if said.promote_secondaries {
            let text =
                format!("({owner}) promote_secondaries is automatically set for vmacs - ignoring");
            self.error(Code::OWN_LINK, place, text).help("leave `promote_secondaries` out");
        }
        self.claim_link_name(&owner, said);
        let SaidLink { name, group, address, mode, netlink_notify, .. } = said.link.clone();
        if vmac.is_none() {
            if address.is_none() && family == Family::V4 {
                let text = format!(
                    "({owner}) IPv4 ipvlan requires a source ip address to be configured. setting \
                     instance to fault state"
                );
                self.error(Code::OWN_LINK, place, text)
                    .label("the instance never leaves FAULT")
                    .help("write `use_ipvlan ADDRESS/LENGTH`");
            }
            let mode = mode.map_or(IpvlanMode::default(), |mode| mode.value);
            return Some(Spanned::new(
                OwnLink::Ipvlan(Box::new(Ipvlan { name, address, mode, group })),
                place,
            ));
        }
        let transmit_from_base = self.transmits_from_base(&owner, said, place, (unicast, strict));
        let mac = said.link.mac.filter(|mac| {
            if strict {
                self.error(
                    Code::STRICT_MODE,
                    mac.span,
                    "strict mode has no MAC address of its own",
                )
                .label("the standard's address is used");
            }
            !strict
        });
        let of_the_standard = [0, 0, 0x5e, 0, if family == Family::V4 { 1 } else { 2 }, vrid.get()];
        let mac = match mac.map(|mac| mac.value) {
            None => of_the_standard,
            Some(WrittenMac::Whole(mac)) => mac,
            Some(WrittenMac::WithoutVrid([a, b, c, d, e])) => [a, b, c, d, e, vrid.get()],
        };
        let vmac = Vmac { name, mac: Mac(mac), netlink_notify, group, transmit_from_base };
        Some(Spanned::new(OwnLink::Vmac(Box::new(vmac)), place))
    }

    /// Whether adverts travel over the base interface: as asked, and always for unicast.
    fn transmits_from_base(
        &mut self,
        owner: &str,
        said: &Said,
        place: Span,
        (unicast, strict): (bool, bool),
    ) -> bool {
        match said.link.transmit_from_base {
            None if unicast => {
                let text =
                    format!("({owner}) unicast with use_vmac requires vmac_xmit_base - setting");
                self.warning(Code::OWN_LINK, place, text)
                    .label("adverts travel over the base interface")
                    .verdict(Verdict::Counted)
                    .help("add `vmac_xmit_base`");
                true
            }
            Some(base) if strict => {
                let text =
                    format!("({owner}) xmit_base is incompatible with strict mode - resetting");
                self.error(Code::STRICT_MODE, base, text).label("ignored");
                false
            }
            Some(_) => true,
            None => false,
        }
    }

    /// A name belongs to the first instance that asks for it.
    fn claim_link_name(&mut self, owner: &str, said: &mut Said) {
        let Some(name) = &said.link.name else { return };
        match self.link_names.get(name.value.as_str()).cloned() {
            Some((first, place)) => {
                let text = format!(
                    "({owner}) VRRP instance {first} is already using {name} - ignoring name",
                    name = name.value
                );
                let span = name.span;
                self.error(Code::OWN_LINK, span, text)
                    .label("another name is made up")
                    .related(place, "taken here");
                said.link.name = None;
            }
            None => {
                let claim = (owner.to_owned(), name.span);
                self.link_names.insert(name.value.as_str().to_owned(), claim);
            }
        }
    }

    /// `use_vmac` of an address is idle where the instance has one for all.
    fn addresses_with_vmacs(&mut self, owner: &str, said: &mut Said) {
        let everywhere = said.link.for_addresses.is_some();
        let own = said.link.vmac.is_some();
        let interface = said.interface.as_ref().map(|interface| &interface.value);
        for address in said.addresses.iter_mut().chain(&mut said.excluded) {
            let elsewhere = match (&address.value.interface, interface) {
                (Some(of), Some(base)) => of != base,
                (Some(_), None) => true,
                (None, _) => false,
            };
            if !address.value.use_vmac {
                continue;
            }
            let ip = address.ip();
            let why = if everywhere {
                format!(
                    "({owner}) use_vmac_addr specified and use_vmac specified for VIP/eVIP {ip}"
                )
            } else if own && !elsewhere {
                format!("({owner}) use_vmac specified for VIP/eVIP {ip} and vrrp instance")
            } else {
                continue;
            };
            address.value.use_vmac = false;
            self.findings.push(
                Diagnostic::new(Code::OWN_LINK, Severity::Warning, address.span, why)
                    .with_verdict(Verdict::Counted)
                    .with_label("`use_vmac` changes nothing for this address"),
            );
        }
    }
}

/// `IP[/LEN]`.
fn network(text: &str) -> Option<IpNet> {
    match text.split_once('/') {
        Some((address, length)) => IpNet::new(parse_address(address)?, length.parse().ok()?),
        None => parse_address(text).map(IpNet::host),
    }
}

/// Five or six bytes.
fn mac(text: &str) -> Option<WrittenMac> {
    let byte = |part: &str| {
        let plain = (1..=2).contains(&part.len()) && !part.starts_with('+');
        u8::from_str_radix(part, 16).ok().filter(|_| plain)
    };
    let bytes: Option<Vec<u8>> = text.split(':').map(byte).collect();
    let bytes = bytes?;
    match (<[u8; 6]>::try_from(bytes.as_slice()), <[u8; 5]>::try_from(bytes.as_slice())) {
        (Ok(whole), _) => Some(WrittenMac::Whole(whole)),
        (_, Ok(part)) => Some(WrittenMac::WithoutVrid(part)),
        _ => None,
    }
}
