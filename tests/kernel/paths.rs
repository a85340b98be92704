//! Routes and rules that this daemon has set: what others remove of them is told as the line of
//! the configuration that it was.

use std::path::Path;

use stillalive::engine::effect::Direction;
use stillalive::engine::event::NetworkChange;
use stillalive::ir::Config;
use stillalive::runtime::iproute2::Names;
use stillalive::runtime::load::{Reading, load_text};
use stillalive::runtime::netlink::{Commands, Entry, Monitor, connect, routes, rules};

use crate::isolation::{changes, ip, isolated, make_d0};

const CONFIGURATION: &str = "
static_routes {
    172.16.0.0/24 via 10.0.0.9 dev d0
    172.17.0.0/24 via 10.0.0.9 dev d0 table 1000 metric 5
    blackhole 172.18.0.0/24
    172.19.0.0/24 tos 16 dev d0
    default via 10.0.0.9 dev d0 table 77
    172.20.0.0/24 nexthop via 10.0.0.9 dev d0 nexthop via 10.0.0.8 dev d0
    fd01::/64 via fd00::9 dev d0
    fd02::/64 via fd00::9 dev d0 metric 7
    172.21.0.0/24 via 10.0.0.9 dev d0 no_track
}
static_rules {
    from 10.1.0.0/16 table 100 priority 1000
    not to 10.2.0.0/16 table main suppress_prefixlength 8 priority 1001
    fwmark 5/0xff table 1000 tos 16 iif d0 uidrange 5-10 ipproto tcp sport 1-2 dport 3-4 priority 1002
    priority 1003 goto 1100
    from fd01::/64 unreachable priority 1004
    nop priority 1005
    from 10.3.0.0/16 table 100 priority 1006 no_track
}
";

/// What to delete them by, in the same order.
const DELETIONS: [&str; 14] = [
    "route del 172.16.0.0/24",
    "route del 172.17.0.0/24 table 1000",
    "route del blackhole 172.18.0.0/24",
    "route del 172.19.0.0/24 tos 0x10",
    "route del default table 77",
    "route del 172.20.0.0/24",
    "-6 route del fd01::/64",
    "-6 route del fd02::/64",
    "rule del priority 1000",
    "rule del priority 1001",
    "rule del priority 1002",
    "rule del priority 1003",
    "-6 rule del priority 1004",
    "rule del priority 1005",
];

struct Setting {
    config: Config,
    commands: Commands,
    monitor: Monitor,
}

/// A network in which everything of the configuration can be set.
fn setting() -> Setting {
    make_d0();
    ip("addr add 10.0.0.1/24 dev d0");
    ip("addr add fd00::1/64 dev d0 nodad");
    let config = load_text(Path::new("k.conf"), CONFIGURATION.as_bytes(), &Reading::default());
    let (commands, mut monitor) = connect().expect("netlink");
    monitor.follow_paths(true).expect("groups");
    Setting { config: config.config, commands, monitor }
}

impl Setting {
    fn change(&mut self, change: Direction) {
        let names = Names::load(&self.config);
        let network = self.monitor.network();
        let routes = self.config.static_routes.iter();
        let routes = routes.map(|route| routes::request(change, route, network, &names));
        let rules = self.config.static_rules.iter();
        let rules = rules.map(|rule| rules::request(change, rule, network, &names));
        let entries: Result<Vec<Entry>, _> = routes.chain(rules).collect();
        assert_eq!(self.commands.change_entries(&entries.expect("entries")), []);
    }

    /// What is told of routes and rules up to now: an address that comes says that this is all.
    fn removed(&mut self) -> Vec<NetworkChange> {
        ip("addr add 10.99.0.1/32 dev d0");
        let (mut removed, mut all) = (Vec::new(), false);
        while !all {
            for change in changes(&mut self.monitor) {
                match change {
                    NetworkChange::RouteRemoved { .. } | NetworkChange::RuleRemoved { .. } => {
                        removed.push(change);
                    }
                    NetworkChange::Resync(_) => all = true,
                    NetworkChange::AddressAdded { address, .. } => {
                        all |= address.to_string() == "10.99.0.1/32";
                    }
                    _ => {}
                }
            }
        }
        ip("addr del 10.99.0.1/32 dev d0");
        removed
    }
}

#[test]
fn what_others_remove_is_told_as_the_line_that_it_was() {
    isolated("paths::what_others_remove_is_told_as_the_line_that_it_was", || {
        let mut it = setting();
        it.change(Direction::Add);
        let tracked = || it.config.static_routes.iter().filter(|route| !route.no_track);
        let routes: Vec<_> = tracked().map(|route| route.value.clone()).collect();
        let rules = it.config.static_rules.iter().filter(|rule| !rule.no_track);
        let rules: Vec<_> = rules.map(|rule| rule.value.clone()).collect();
        // Others with the same destination, and untracked ones, are nobody's.
        ip("route add 172.16.0.0/24 via 10.0.0.7 dev d0 metric 9");
        ip("route del 172.16.0.0/24 metric 9");
        ip("rule add from 10.1.0.0/16 table 100 priority 1000 protocol static");
        ip("rule del from 10.1.0.0/16 table 100 priority 1000 protocol static");
        ip("route del 172.21.0.0/24");
        ip("rule del priority 1006");
        assert_eq!(it.removed(), []);
        for deletion in DELETIONS {
            ip(deletion);
        }
        let (mut gone_routes, mut gone_rules) = (Vec::new(), Vec::new());
        for change in it.removed() {
            match change {
                NetworkChange::RouteRemoved { route, .. } => gone_routes.push((*route).clone()),
                NetworkChange::RuleRemoved { rule, .. } => gone_rules.push((*rule).clone()),
                _ => {}
            }
        }
        assert_eq!(gone_routes, routes);
        assert_eq!(gone_rules, rules);
    });
}

#[test]
fn what_is_given_back_or_told_already_is_not_told() {
    isolated("paths::what_is_given_back_or_told_already_is_not_told", || {
        let mut it = setting();
        it.change(Direction::Add);
        it.change(Direction::Remove);
        it.change(Direction::Add);
        assert_eq!(it.removed(), []);
        ip("route del 172.16.0.0/24");
        assert_eq!(it.removed().len(), 1);
        it.monitor.read_anew();
        assert_eq!(it.removed(), [], "it is known to be gone");
    });
}

#[test]
fn after_a_loss_of_reports_a_comparison_finds_what_is_gone() {
    isolated("paths::after_a_loss_of_reports_a_comparison_finds_what_is_gone", || {
        let mut it = setting();
        it.change(Direction::Add);
        it.monitor.follow_paths(false).expect("groups");
        for deletion in DELETIONS {
            ip(deletion);
        }
        it.monitor.follow_paths(true).expect("groups");
        assert_eq!(it.removed(), [], "nothing was reported");
        it.monitor.read_anew();
        assert_eq!(it.removed().len(), DELETIONS.len());
        it.change(Direction::Add);
        it.monitor.read_anew();
        assert_eq!(it.removed(), [], "everything is there");
    });
}
