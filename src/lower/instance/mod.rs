//! `vrrp_instance`: what its statements say (this file), line by line; `resolve` makes of it what
//! runs.

mod authentication;
mod family;
mod link;
mod options;
mod resolve;
mod timing;
mod trailer;
mod transport;
mod unicast;
mod wording;

use std::net::IpAddr;
use std::time::Duration;

use crate::diag::Code;
use crate::ir::{Instance, Notify, Peer, Route, Rule, Script, Tracking, VirtualAddress};
use crate::lower::Lowering;
use crate::lower::global::Defaults;
use crate::lower::instance::link::SaidLink;
use crate::lower::instance::options::SaidOptions;
use crate::lower::instance::trailer::SaidTrailer;
use crate::lower::line::Kind;
use crate::lower::statements::Seen;
use crate::schema::{Block as Place, Keyword};
use crate::syntax::{Block, Statement, Word};
use crate::units::{Family, IfName, Priority, Secret, Span, Spanned, Version, Vrid};

/// What the statements of one instance say; `None` where they say nothing.
#[derive(Clone, Debug, Default)]
struct Said {
    /// Where the name of the instance stands.
    name: Spanned<String>,
    state: Option<Spanned<bool>>,
    interface: Option<Spanned<IfName>>,
    vrid: Option<Spanned<Vrid>>,
    priority: Option<Spanned<Priority>>,
    advert_int: Option<Spanned<Duration>>,
    version: Option<Spanned<Version>>,
    /// What the first address, or `native_ipv6`, makes it.
    family: Option<Spanned<Family>>,
    addresses: Vec<Spanned<VirtualAddress>>,
    excluded: Vec<Spanned<VirtualAddress>>,
    no_virtual_ipaddress: bool,
    authentication: Option<Span>,
    auth_type: Option<Span>,
    /// It cannot be used, and why has been said at the statement that is to blame.
    auth_reported: bool,
    /// `auth_type AH` is asked for.
    auth_header: bool,
    trailer: SaidTrailer,
    auth_pass: Option<(Span, Secret)>,
    source: Option<Spanned<IpAddr>>,
    group: Option<Spanned<IpAddr>>,
    unicast_keyword: Option<Span>,
    peers: Vec<Spanned<Peer>>,
    unicast_ttl: Option<Spanned<u8>>,
    unicast_fault_no_peer: bool,
    check_unicast_src: bool,
    peer_ttl: bool,
    old_checksum: Option<OldChecksum>,
    checksum_as_v2: Option<bool>,
    nopreempt: Option<Span>,
    preempt_delay: Option<Spanned<Duration>>,
    garp_master_delay: Option<Duration>,
    garp_master_repeat: Option<u32>,
    garp_refresh: Option<Duration>,
    garp_refresh_repeat: Option<u32>,
    garp_lower_delay: Option<Spanned<Duration>>,
    garp_lower_repeat: Option<Spanned<u32>>,
    down_timer_adverts: Option<Spanned<u32>>,
    lower_prio_no_advert: Option<Spanned<bool>>,
    higher_prio_send_advert: Option<Spanned<bool>>,
    skip_check_adv_addr: Option<bool>,
    strict: Option<bool>,
    accept: Option<Spanned<bool>>,
    dont_track_primary: bool,
    promote_secondaries: bool,
    smtp_alert: Option<bool>,
    notify: Notify,
    tracking: Tracking,
    routes: Vec<Spanned<Route>>,
    rules: Vec<Spanned<Rule>>,
    link: SaidLink,
    options: SaidOptions,
}

/// `old_unicast_checksum`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum OldChecksum {
    Always,
    Never,
}

impl Lowering<'_> {
    /// One `vrrp_instance`; `None` if it cannot run.
    pub(super) fn vrrp_instance(
        &mut self,
        name: &Word,
        block: &Block,
        defaults: &Defaults,
    ) -> Option<Instance> {
        let name = Spanned::new(name.text.clone(), name.span);
        let mut said = Said { name, ..Said::default() };
        let mut seen = Seen::default();
        let owner = said.name.value.clone();
        for statement in &block.statements {
            let before = self.findings.all().len();
            if let Some(keyword) = self.keyword(Place::VrrpInstance, statement)
                && self.once(&mut seen, keyword, statement)
            {
                self.instance_keyword(keyword, statement, &mut said);
            }
            self.in_words_about(before, &owner, statement);
        }
        self.resolve(said, defaults)
    }

    fn instance_keyword(&mut self, keyword: &Keyword, statement: &Statement, said: &mut Said) {
        let span = statement.keyword_span();
        let lines = || statement.block.iter().flat_map(|block| &block.statements);
        match keyword.word {
            "state" => self.state(statement, said),
            "interface" => {
                let word = statement.arguments().first();
                let interface = word.and_then(|word| self.own_interface(keyword.word, word));
                said.interface = interface.or(said.interface.take());
            }
            "virtual_router_id" => {
                let number = self.strict_number(keyword, statement);
                let vrid = number.and_then(|number| Some((Vrid::new(number.value)?, number.span)));
                said.vrid = vrid.map(|(vrid, span)| Spanned::new(vrid, span)).or(said.vrid);
            }
            "priority" => {
                let number = self.strict_number(keyword, statement);
                let priority =
                    number.and_then(|number| Some((Priority::new(number.value)?, number.span)));
                said.priority = Some(match priority {
                    Some((priority, span)) => Spanned::new(priority, span),
                    None => Spanned::new(Priority::DEFAULT, span),
                });
            }
            "advert_int" => said.advert_int = self.time(keyword, statement).or(said.advert_int),
            "version" => self.instance_version(keyword, statement, said),
            "native_ipv6" => self.native_ipv6(span, said),
            "virtual_ipaddress" => {
                for line in lines() {
                    let Some(address) = self.virtual_address(line) else { continue };
                    let ip = Spanned::new(address.ip(), line.keyword_span());
                    if self.is_of_the_family(said, ip, "a virtual address") {
                        said.addresses.push(address);
                    }
                }
            }
            "virtual_ipaddress_excluded" => {
                for line in lines() {
                    let address = self.virtual_address(line);
                    said.excluded.extend(address);
                }
            }
            "no_virtual_ipaddress" => said.no_virtual_ipaddress = true,
            "authentication" => self.authentication(span, statement, said),
            "nopreempt" => said.nopreempt = Some(span),
            "preempt" => said.nopreempt = None,
            "preempt_delay" => {
                said.preempt_delay = self.time(keyword, statement).or(said.preempt_delay);
            }
            "down_timer_adverts" => {
                said.down_timer_adverts =
                    self.count(keyword, statement).or(said.down_timer_adverts);
            }
            "accept" => said.accept = Some(Spanned::new(true, span)),
            "no_accept" => said.accept = Some(Spanned::new(false, span)),
            "auth_hmac" => self.auth_hmac(statement, &mut said.trailer),
            "use_vmac" => self.use_vmac(statement, said),
            "use_ipvlan" => self.use_ipvlan(statement, said),
            "use_vmac_addr" => said.link.for_addresses = Some(span),
            "vmac_xmit_base" => said.link.transmit_from_base = Some(span),
            "virtual_routes" => {
                lines().for_each(|line| said.routes.extend(self.route_line(line, Kind::Virtual)));
            }
            "virtual_rules" => {
                lines().for_each(|line| said.rules.extend(self.rule_line(line, Kind::Virtual)));
            }
            word if word.starts_with("track_") && word != "track_src_ip" => {
                let owner = said.name.value.clone();
                self.track_list(&owner, statement, &mut said.tracking);
            }
            "debug" => {
                self.integer(keyword, statement);
            }
            "dont_track_primary" => said.dont_track_primary = true,
            "promote_secondaries" => said.promote_secondaries = true,
            "smtp_alert" => said.smtp_alert = self.flag(keyword, statement).or(said.smtp_alert),
            "skip_check_adv_addr" => {
                let on = self.flag(keyword, statement);
                said.skip_check_adv_addr = on.or(said.skip_check_adv_addr);
            }
            "strict_mode" => said.strict = self.flag(keyword, statement).or(said.strict),
            "lower_prio_no_advert" => {
                let on = self.flag(keyword, statement).map(|on| Spanned::new(on, span));
                said.lower_prio_no_advert = on.or(said.lower_prio_no_advert);
            }
            "higher_prio_send_advert" => {
                let on = self.flag(keyword, statement).map(|on| Spanned::new(on, span));
                said.higher_prio_send_advert = on.or(said.higher_prio_send_advert);
            }
            "v3_checksum_as_v2" => {
                said.checksum_as_v2 = self.flag(keyword, statement).or(said.checksum_as_v2);
            }
            _ if self.option_keyword(keyword, statement, said) => {}
            word if word.starts_with("garp_") => self.garp_keyword(keyword, statement, said),
            word if word.starts_with("notify") => self.notify_keyword(word, statement, said),
            _ => self.unicast_keyword(keyword, statement, said),
        }
    }

    fn state(&mut self, statement: &Statement, said: &mut Said) {
        let Some(word) = statement.arguments().first() else { return };
        match word.text.as_str() {
            "MASTER" => said.state = Some(Spanned::new(true, word.span)),
            "BACKUP" => {
                if let Some(before) = said.state.filter(|state| state.value) {
                    self.error(
                        Code::STATE_MISMATCH,
                        word.span,
                        "`state BACKUP` after `state MASTER` is ignored",
                    )
                    .related(before.span, "MASTER counts");
                } else {
                    said.state = Some(Spanned::new(false, word.span));
                }
            }
            other => {
                self.error(
                    Code::INVALID_CHOICE,
                    word.span,
                    format!("unknown state '{other}', defaulting to BACKUP"),
                )
                .help("write `MASTER` or `BACKUP`");
                said.state = Some(Spanned::new(false, word.span));
            }
        }
    }

    /// A number that keepalived reads strictly: what follows the digits makes it no number.
    fn strict_number(&mut self, keyword: &Keyword, statement: &Statement) -> Option<Spanned<u8>> {
        let mode = std::mem::replace(&mut self.mode, super::Mode::Test);
        let number = self.integer(keyword, statement);
        self.mode = mode;
        number.and_then(|number| Some(Spanned::new(u8::try_from(number.value).ok()?, number.span)))
    }

    /// The instance's own interface: any but the loopback.
    fn own_interface(&mut self, keyword: &str, word: &Word) -> Option<Spanned<IfName>> {
        if word.text == "lo" {
            self.error(
                Code::INVALID_CHOICE,
                word.span,
                "cannot use a loopback interface (lo) for vrrp",
            )
            .label("nobody hears adverts there")
            .note("keepalived ignores the statement");
            return None;
        }
        self.interface(keyword, word)
    }

    fn garp_keyword(&mut self, keyword: &Keyword, statement: &Statement, said: &mut Said) {
        match keyword.word {
            "garp_master_delay" => {
                let delay = self.time(keyword, statement);
                said.garp_master_delay = delay.map(|delay| delay.value).or(said.garp_master_delay);
            }
            "garp_master_repeat" => {
                let rounds = self.at_least_one(keyword, statement);
                said.garp_master_repeat =
                    rounds.map(|rounds| rounds.value).or(said.garp_master_repeat);
            }
            "garp_master_refresh" => {
                let every = self.time(keyword, statement);
                said.garp_refresh = every.map(|every| every.value).or(Some(Duration::ZERO));
            }
            "garp_master_refresh_repeat" => {
                let rounds = self.at_least_one(keyword, statement);
                said.garp_refresh_repeat =
                    rounds.map(|rounds| rounds.value).or(said.garp_refresh_repeat);
            }
            "garp_lower_prio_delay" => {
                let delay = self.time(keyword, statement);
                said.garp_lower_delay = delay.or(said.garp_lower_delay);
            }
            "garp_lower_prio_repeat" => {
                let rounds = self.count(keyword, statement);
                said.garp_lower_repeat = rounds.or(said.garp_lower_repeat);
            }
            _ => {}
        }
    }

    fn notify_keyword(&mut self, word: &str, statement: &Statement, said: &mut Said) {
        let place: fn(&mut Notify) -> &mut Option<Box<Spanned<Script>>> = match word {
            "notify_master" => |notify| &mut notify.master,
            "notify_backup" => |notify| &mut notify.backup,
            "notify_fault" => |notify| &mut notify.fault,
            "notify_stop" => |notify| &mut notify.stop,
            "notify" => |notify| &mut notify.any,
            "notify_master_rx_lower_pri" => |notify| &mut notify.master_rx_lower_pri,
            "notify_deleted" => {
                if said.notify.reports_deletion && said.notify.deleted.is_none() {
                    let text = format!(
                        "({}) notify_deleted already specified - ignoring ",
                        said.name.value
                    );
                    self.error(Code::DUPLICATE_SCRIPT, statement.line, text).label("ignored");
                    return;
                }
                said.notify.reports_deletion = true;
                if statement.arguments().is_empty() {
                    return;
                }
                |notify| &mut notify.deleted
            }
            _ => return,
        };
        let Some(script) = self.script(statement) else { return };
        match place(&mut said.notify) {
            Some(first) => {
                let first = first.span;
                let ignored = statement.arguments().first().map_or("", |word| word.text.as_str());
                let what = if word == "notify_deleted" {
                    word.to_owned()
                } else {
                    format!("{word} script")
                };
                let wording =
                    format!("({}) {what} already specified - ignoring {ignored}", said.name.value);
                self.error(Code::DUPLICATE_SCRIPT, script.span, format!("`{word}` is given twice"))
                    .label("ignored: the first one counts")
                    .related(first, "first given here")
                    .wording(wording);
            }
            empty => *empty = Some(Box::new(script)),
        }
    }
}
