//! One line of `virtual_routes` or `static_routes`: options in any order, a destination among them,
//! and nexthops at the end.
//!
//! As in keepalived most of what is wrong drops the whole route: a route that lacks an option leads
//! somewhere else.

mod encapsulation;
mod metrics;
mod nexthop;

use std::net::IpAddr;

use crate::diag::{Code, Verdict};
use crate::ir::{NextHop, Placement, Protocol, Route, RouteMetrics, RouteType, RouterPreference};
use crate::lower::line::{Kind, Words, any_base};
use crate::lower::values::parse_address;
use crate::lower::{Draft, Lowering, named};
use crate::syntax::{Statement, Word};
use crate::units::{Compat, Family, IpNet, Span, Spanned};

/// What a route line says.
#[derive(Default)]
struct Said {
    /// What the first address, or an option of one family alone, makes it.
    family: Option<Spanned<Family>>,
    kind: Option<Spanned<RouteType>>,
    destination: Option<Spanned<Option<IpNet>>>,
    /// `or`: the second gateway.
    second: Option<Spanned<IpAddr>>,
    tracked_group: Option<Spanned<String>>,
}

impl Lowering<'_> {
    /// The route of a line; `None` if it is dropped, which has been said then.
    pub(super) fn route_line(&mut self, line: &Statement, kind: Kind) -> Option<Spanned<Route>> {
        if let Some(block) = &line.block {
            self.error(Code::STRAY_OPENING_BRACE, block.open, "a route takes no block");
        }
        let mut words = Words::of(line);
        let mut said = Said::default();
        let mut route = Route {
            family: Family::V4,
            kind: Spanned::new(RouteType::UNICAST, line.line),
            destination: Spanned::new(None, line.line),
            from: None,
            source: None,
            gateway: None,
            interface: None,
            tos: None,
            table: None,
            protocol: None,
            scope: None,
            metric: None,
            onlink: false,
            encapsulation: None,
            expires: None,
            metrics: RouteMetrics::default(),
            realms: None,
            preference: None,
            ttl_propagate: None,
            placement: Placement::default(),
            nexthops: Vec::new(),
            no_track: false,
            track_group: None,
            vrf: None,
        };
        while let Some(word) = words.next() {
            if word.text == "nexthop" {
                if said.second.is_some() {
                    self.dropped(word, "Cannot specify nexthops with \"or\" route");
                    return None;
                }
                words.back();
                self.nexthops(&mut words, &mut said.family, &mut route.nexthops);
                break;
            }
            self.route_option(word, &mut words, kind, &mut said, &mut route)?;
        }
        let Some(destination) = said.destination else {
            self.error(Code::ROUTE_LINE, line.line, "Route must have a destination")
                .label("the route is dropped")
                .help("begin the line with ADDRESS/LENGTH, or with `default`");
            return None;
        };
        route.destination = destination;
        route.kind = said.kind.unwrap_or(route.kind);
        route.family = said.family.map_or(Family::V4, |family| family.value);
        if let Some(second) = said.second {
            let leg = |gateway: Spanned<IpAddr>| {
                Spanned::new(NextHop { gateway: Some(gateway), ..NextHop::default() }, gateway.span)
            };
            route.nexthops = route.gateway.take().into_iter().chain([second]).map(leg).collect();
        }
        route.track_group = said.tracked_group;
        self.tracking_of_a_route(&mut route, line.line);
        Some(Spanned::new(route, line.line))
    }

    /// One option with its value; `None` drops the route.
    fn route_option<'w>(
        &mut self,
        word: &'w Word,
        words: &mut Words<'w>,
        kind: Kind,
        said: &mut Said,
        route: &mut Route,
    ) -> Option<()> {
        let option = word.text.as_str();
        match option {
            "inet" | "inet6" => return self.family_word(word, words, said),
            "src" => {
                let value = self.value_of(words)?;
                let Some(address) = parse_address(&value.text) else {
                    return self
                        .dropped(value, &format!("invalid route src address {}", value.text));
                };
                self.one_family(said, value, Family::of(address))?;
                route.source = Some(Spanned::new(address, value.span));
            }
            "from" => {
                let value = self.value_of(words)?;
                let text = format!("route from address only supported with IPv6 ({})", value.text);
                match self.route_network(value) {
                    Some(Some(net)) if Family::of(net.address()) == Family::V6 => {
                        self.one_family(said, value, Family::V6)?;
                        route.from = Some(Spanned::new(net, value.span));
                    }
                    _ => return self.dropped(value, &text),
                }
            }
            "as" => {
                words.next_is("to");
                self.value_of(words)?;
                self.ignored(word, "\"as to\" for MPLS only - ignoring");
            }
            "via" | "gw" => {
                if option == "gw" {
                    self.old_route_word(word, "via");
                }
                let declared = declared_family(words);
                let value = self.value_of(words)?;
                let Some(address) = parse_address(&value.text) else {
                    return self
                        .dropped(value, &format!("invalid route via address {}", value.text));
                };
                let own = Family::of(address);
                self.one_family(said, value, declared.unwrap_or(own))?;
                self.one_family(said, value, own)?;
                route.gateway = Some(Spanned::new(address, value.span));
            }
            "or" => {
                self.old_route_word(word, "nexthop");
                let value = self.value_of(words)?;
                if said.second.is_some() {
                    self.ignored(word, "\"or\" route already specified - ignoring subsequent");
                    return Some(());
                }
                let Some(address) = parse_address(&value.text) else {
                    return self.dropped(value, &format!("Invalid \"or\" address {}", value.text));
                };
                self.one_family(said, value, Family::of(address))?;
                said.second = Some(Spanned::new(address, value.span));
            }
            "dev" | "oif" => {
                let value = self.value_of(words)?;
                route.interface = Some(self.interface(option, value)?);
            }
            "onlink" => route.onlink = true,
            "no_track" => route.no_track = true,
            "add" => route.placement = Placement::Exclusive,
            "prepend" => route.placement = Placement::Before,
            "append" => route.placement = Placement::After,
            "track_group" if kind == Kind::Static => {
                let value = self.value_of(words)?;
                if said.tracked_group.is_some() {
                    return self
                        .dropped(value, &format!("track_group {} is a duplicate", value.text));
                }
                said.tracked_group = self.track_group_of(value);
            }
            "vrf" => {
                let value = self.value_of(words)?;
                (route.vrf, route.table) = (Some(self.interface(option, value)?), None);
            }
            "encap" => route.encapsulation = self.encapsulation(word, words)?,
            "tos" | "dsfield" | "table" | "protocol" | "scope" | "realms" | "pref" | "metric"
            | "priority" | "preference" | "expires" | "ttl-propagate" => {
                return self.route_value(word, words, said, route);
            }
            "mtu" | "hoplimit" | "advmss" | "rtt" | "rttvar" | "reordering" | "window" | "cwnd"
            | "ssthresh" | "rto_min" | "initcwnd" | "initrwnd" | "features" | "quickack"
            | "congctl" | "fastopen_no_cookie" => {
                return self.metric(word, words, &mut route.metrics);
            }
            _ => return self.destination(word, words, said),
        }
        Some(())
    }

    /// Options with one value that iproute2 knows too.
    fn route_value<'w>(
        &mut self,
        word: &Word,
        words: &mut Words<'w>,
        said: &mut Said,
        route: &mut Route,
    ) -> Option<()> {
        let value = self.value_of(words)?;
        let (span, text) = (value.span, value.text.as_str());
        match word.text.as_str() {
            "tos" | "dsfield" => match named::tos(text) {
                Some(tos) => route.tos = Some(Spanned::new(tos, span)),
                None => return self.dropped(value, &format!("TOS value {text} is invalid")),
            },
            "table" => match named::table(text) {
                // The last word on the table counts.
                Some(table) => (route.table, route.vrf) = (Some(Spanned::new(table, span)), None),
                None => {
                    let said = format!("Routing table {text} not found for route");
                    return self.dropped(value, &said);
                }
            },
            "protocol" => match named::protocol(text) {
                Some(protocol) => route.protocol = Some(Spanned::new(protocol, span)),
                None => {
                    let said = format!("Protocol {text} not found or invalid for route");
                    return self.dropped(value, &said);
                }
            },
            "scope" => match named::scope(text) {
                Some(scope) => route.scope = Some(Spanned::new(scope, span)),
                None => {
                    let said = format!("Scope {text} not found or invalid for route");
                    return self.dropped(value, &said);
                }
            },
            "realms" => {
                if !self.only_for(said, word, Family::V4) {
                    return self.dropped(word, "realms are only valid for IPv4");
                }
                match named::realms(text) {
                    Some(realms) => route.realms = Some(Spanned::new(realms, span)),
                    None => {
                        return self.dropped(value, &format!("Invalid realms {text} for route"));
                    }
                }
            }
            "pref" => {
                if !self.only_for(said, word, Family::V6) {
                    return self.dropped(word, "pref is only valid for IPv6");
                }
                let number = |lowering: &mut Self| lowering.number(value, u64::from(u8::MAX));
                let preference = match text {
                    "low" => Some(RouterPreference::LOW),
                    "medium" => Some(RouterPreference::MEDIUM),
                    "high" => Some(RouterPreference::HIGH),
                    _ => number(self).and_then(|n| u8::try_from(n).ok()).map(RouterPreference),
                };
                if preference.is_none() {
                    let said = format!("Invalid pref value {text} specified for route");
                    return self.dropped(value, &said);
                }
                route.preference = preference.map(|preference| Spanned::new(preference, span));
            }
            "expires" => {
                if !self.only_for(said, word, Family::V6) {
                    return self.dropped(word, "expires is only valid for IPv6");
                }
                match self.route_number(value) {
                    Some(seconds) => route.expires = Some(Spanned::new(seconds, span)),
                    None => {
                        let said = format!("Invalid expires time {text} specified for route");
                        return self.dropped(value, &said);
                    }
                }
            }
            "ttl-propagate" => {
                route.ttl_propagate = Some(text == "enabled");
                if !matches!(text, "enabled" | "disabled") {
                    let said = format!("ttl-propagate value {text} not recognised");
                    self.error(Code::ROUTE_LINE, span, said)
                        .label("`enabled` or `disabled`; taken for `disabled`");
                }
            }
            _ => match self.route_number(value) {
                Some(metric) => route.metric = Some(Spanned::new(metric, span)),
                None => {
                    let said = format!("Invalid metric {text} specified for route");
                    return self.dropped(value, &said);
                }
            },
        }
        Some(())
    }

    /// `[TYPE] [to] DEST`; any word that is no option is taken for it.
    fn destination<'w>(
        &mut self,
        word: &'w Word,
        words: &mut Words<'w>,
        said: &mut Said,
    ) -> Option<()> {
        let mut place = word;
        if let Some(kind) = route_type(&word.text) {
            said.kind = Some(Spanned::new(kind, word.span));
            words.next_is("to");
            place = self.value_of(words)?;
        } else if word.text == "to" {
            place = self.value_of(words)?;
        }
        if place.text == "default6" {
            self.warning(Code::DEPRECATED, place.span, "`default6` is deprecated")
                .help("write `inet6 to default`")
                .verdict(Verdict::Logged);
            self.one_family(said, place, Family::V6)?;
            said.destination = Some(Spanned::new(None, place.span));
            return Some(());
        }
        let Some(net) = self.route_network(place) else {
            let text = format!("unknown route keyword {}", place.text);
            let near = crate::schema::suggestions(crate::schema::Block::RouteLine, &place.text);
            let finding = self.drop_route(place.span, &text);
            if let Some(near) = near.first() {
                finding.help(format!("did you mean `{near}`?"));
            }
            return None;
        };
        match (net, said.family) {
            (Some(net), _) => self.one_family(said, place, Family::of(net.address()))?,
            (None, Some(known)) => {
                let text = format!("Cannot mix IPv4 and IPv6 addresses for route ({})", place.text);
                self.drop_route(place.span, &text)
                    .related(known.span, format!("this makes it {}", known.value))
                    .note("keepalived takes this word only before all others that have a family")
                    .help(format!("begin the line with `{}`", place.text));
                return None;
            }
            (None, None) => {}
        }
        said.destination = Some(Spanned::new(net, place.span));
        Some(())
    }

    /// `IP[/LEN]`, or `default`, `any`, `all` (`Some(None)`). A bad length is an error, and that of
    /// a host is used.
    pub(super) fn route_network(&mut self, word: &Word) -> Option<Option<IpNet>> {
        if matches!(word.text.as_str(), "default" | "any" | "all") {
            return Some(None);
        }
        let (text, length) = match word.text.split_once('/') {
            Some((text, length)) => (text, Some(length)),
            None => (word.text.as_str(), None),
        };
        let address = parse_address(text)?;
        let Some(length) = length else { return Some(Some(IpNet::host(address))) };
        let most = Family::of(address).host_prefix();
        let digits = length.strip_prefix('+').unwrap_or(length);
        let number = digits.parse().ok().filter(|_| !digits.starts_with(['+', '-']));
        let net = number.and_then(|length| IpNet::new(address, length));
        if net.is_none() {
            self.error(
                Code::OUT_OF_RANGE,
                word.span,
                format!(
                    "Invalid address prefix len {length} for address {} - using {most}",
                    word.text
                ),
            )
            .label(format!("0 to {most}"));
        }
        Some(Some(net.unwrap_or(IpNet::host(address))))
    }

    /// `inet` and `inet6` as words of their own; each swallows the word after it.
    fn family_word(&mut self, word: &Word, words: &mut Words<'_>, said: &mut Said) -> Option<()> {
        let family = if word.text == "inet" { Family::V4 } else { Family::V6 };
        self.one_family(said, word, family)?;
        if let Some(lost) = words.next().filter(|lost| lost.text != "to") {
            self.swallowed(word, lost);
        }
        Some(())
    }

    /// A word of a route or rule that keepalived skips by mistake.
    pub(super) fn swallowed(&mut self, word: &Word, lost: &Word) {
        let text = format!("`{}` makes keepalived skip the next word, `{}`", word.text, lost.text);
        self.warning(Code::SWALLOWED_WORD, lost.span, text)
            .label("this word has no effect")
            .help(format!("leave `{}` out: the addresses say the family", word.text));
    }

    /// The first address decides the family; what is of the other one drops the route.
    fn one_family(&mut self, said: &mut Said, word: &Word, family: Family) -> Option<()> {
        let known = *said.family.get_or_insert(Spanned::new(family, word.span));
        if known.value == family {
            return Some(());
        }
        self.drop_route(word.span, "Cannot mix IPv4 and IPv6 addresses for route")
            .related(known.span, format!("this makes it {}", known.value));
        None
    }

    /// An option of one family alone: it makes the route one of that family if nothing has yet.
    fn only_for(&mut self, said: &mut Said, word: &Word, family: Family) -> bool {
        said.family.get_or_insert(Spanned::new(family, word.span)).value == family
    }

    /// What is tracked must be recognised: by its protocol, and on an interface.
    fn tracking_of_a_route(&mut self, route: &mut Route, line: Span) {
        if route.interface.is_none() {
            let shown = match *route.destination {
                Some(net) => net.to_string(),
                None => "default".to_owned(),
            };
            if !route.no_track && self.compat == Compat::V2_2_7 {
                let text = format!(
                    "Warning - cannot track route {shown} with no interface specified, not tracking"
                );
                self.warning(Code::NOT_TRACKED, line, text)
                    .label("nobody puts it back when it is removed")
                    .verdict(Verdict::Counted)
                    .help("add `dev INTERFACE`, or `no_track`");
                route.no_track = true;
            }
            if let Some(group) = route.track_group.take() {
                let text = "Static route cannot have track group if no oif specified";
                self.error(Code::TRACK_GROUP, group.span, text).label("ignored");
            }
        }
        if route.no_track {
            if let Some(group) = &route.track_group {
                let span = group.span;
                self.not_tracked_group(span);
            }
            return;
        }
        if let Some(protocol) = &mut route.protocol
            && protocol.value != Protocol::KEEPALIVED
        {
            let span = protocol.span;
            protocol.value = Protocol::KEEPALIVED;
            let text = "Route cannot be tracked if protocol is not RTPROT_KEEPALIVED(18), \
                        resetting protocol";
            self.error(Code::NOT_TRACKED, span, text)
                .label("18 is used")
                .help("add `no_track` to keep the protocol");
        }
    }

    /// The group of a `track_group` word, if it is defined above.
    pub(super) fn track_group_of(&mut self, word: &Word) -> Option<Spanned<String>> {
        use crate::lower::known::ObjectKind;
        let found = self.known.find(ObjectKind::TrackGroup, &word.text);
        if found.is_some_and(|group| group.span.start < word.span.start) {
            return Some(Spanned::new(word.text.clone(), word.span));
        }
        let finding = self
            .error(Code::TRACK_GROUP, word.span, format!("track_group {} not found", word.text))
            .label("ignored");
        match found {
            Some(group) => drop(
                finding
                    .related(group.span, "it is defined here, further down")
                    .help("move the `track_group` above"),
            ),
            None => drop(finding.help(format!("add `track_group {} {{ … }}` above", word.text))),
        }
        None
    }

    /// `track_group` and `no_track` on one line.
    pub(super) fn not_tracked_group(&mut self, span: Span) {
        self.warning(Code::TRACK_GROUP, span, "`track_group` together with `no_track`")
            .label("nothing is tracked")
            .verdict(Verdict::Logged);
    }

    /// A whole number of 32 bits.
    fn route_number(&mut self, word: &Word) -> Option<u32> {
        self.number(word, u64::from(u32::MAX)).and_then(|number| u32::try_from(number).ok())
    }

    /// A spelling that keepalived counts as an error.
    fn old_route_word(&mut self, word: &Word, instead: &str) {
        self.warning(
            Code::DEPRECATED,
            word.span,
            format!("`{}` of a route is deprecated", word.text),
        )
        .help(format!("write `{instead}`"))
        .verdict(Verdict::Counted)
        .wording(format!("\"{}\" for routes is deprecated. Please use \"{instead}\"", word.text));
    }

    fn drop_route(&mut self, span: Span, text: &str) -> Draft<'_> {
        self.error(Code::ROUTE_LINE, span, text).label("the whole route is dropped")
    }

    fn dropped(&mut self, word: &Word, text: &str) -> Option<()> {
        drop(self.drop_route(word.span, text));
        None
    }

    fn ignored(&mut self, word: &Word, text: &str) {
        self.error(Code::ROUTE_LINE, word.span, text).label("ignored");
    }
}

/// `inet` or `inet6` before the address of a gateway.
fn declared_family(words: &mut Words<'_>) -> Option<Family> {
    if words.next_is("inet") {
        Some(Family::V4)
    } else {
        words.next_is("inet6").then_some(Family::V6)
    }
}

/// A kind of route by name or number.
pub(super) fn route_type(text: &str) -> Option<RouteType> {
    let named = RouteType::NAMES.iter().find(|(name, _)| *name == text).map(|(_, number)| *number);
    let number = || any_base(text, u64::from(u8::MAX)).and_then(|number| u8::try_from(number).ok());
    named.or_else(number).map(RouteType)
}
