//! What keepalived 2.2.7 understood of a file, from its data dump, beside what we understood. A
//! verdict can be right by luck; the values of every instance cannot.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;

use stillalive::ir::{
    Authentication, Broadcast, Config, Instance, Named, Preemption, PreferredLifetime, Route, Rule,
    RuleAction, Scope, Track, Tracking, Transport, VirtualAddress,
};
use stillalive::runtime::load::{self, Reading};
use stillalive::syntax::Environment;
use stillalive::units::{Compat, Family, IpNet, Spanned, Version};

use crate::corpus;

/// So many instances are compared. More may be, never fewer.
const COMPARED: usize = 197;

/// File, what is understood differently, and why it may.
const KNOWN: &[(&str, &str, &str)] = &[
    ("0303", "tracked file", "the files are generated, and the dump ends before it names them"),
    ("0170", "interface", "the dump speaks of a virtual MAC, which does not run yet"),
];

/// An instance as facts: a name and a value, or a name and several values.
type Facts = BTreeMap<&'static str, BTreeSet<String>>;

/// The lines of a dump that are compared, with the names of their facts.
const LINES: &[(&str, &str)] = &[
    ("VRRP Version = ", "version"),
    ("Wantstate = ", "state"),
    ("Interface = ", "interface"),
    ("Multicast address ", "group"),
    ("Gratuitous ARP delay = ", "garp delay"),
    ("Gratuitous ARP repeat = ", "garp repeat"),
    ("Gratuitous ARP refresh = ", "garp refresh"),
    ("Gratuitous ARP refresh repeat = ", "garp refresh repeat"),
    ("Gratuitous ARP lower priority delay = ", "garp lower delay"),
    ("Gratuitous ARP lower priority repeat = ", "garp lower repeat"),
    ("Down timer adverts = ", "down timer"),
    ("Send advert after receive lower priority advert = ", "answers lower"),
    ("Send advert after receive higher priority advert = ", "answers higher"),
    ("Virtual Router ID = ", "vrid"),
    ("Priority = ", "priority"),
    ("Advert interval = ", "interval"),
    ("Accept = ", "accept"),
    ("Preempt = ", "preempt"),
    ("Preempt delay = ", "preempt delay"),
    ("Promote_secondaries = ", "promote secondaries"),
    ("Authentication type = ", "authentication"),
];

/// The lists of a dump that are compared.
const LISTS: &[(&str, &str)] = &[
    ("Virtual IP (", "address"),
    ("Virtual IP Excluded", "excluded"),
    ("Unicast Peer", "peer"),
    ("Virtual Routes", "route"),
    ("Virtual Rules", "rule"),
    ("Tracked interfaces", "tracked interface"),
    ("Tracked scripts", "tracked script"),
    ("Tracked files", "tracked file"),
    ("Tracked processes", "tracked process"),
    ("Tracked BFDs", "tracked BFD"),
];

/// The instances of a dump.
fn theirs(dump: &str) -> BTreeMap<String, Facts> {
    let mut instances: BTreeMap<String, Facts> = BTreeMap::new();
    let mut name = None;
    let mut list = None;
    let topology = dump.split_once("< VRRP Topology >").map_or("", |(_, rest)| rest);
    for line in topology.lines().skip(1).take_while(|line| !line.starts_with("---")) {
        if let Some(rest) = line.strip_prefix(" VRRP Instance = ") {
            name = Some(rest.to_owned());
            continue;
        }
        let Some(name) = &name else { continue };
        let facts = instances.entry(name.clone()).or_default();
        let (indent, text) = (line.len() - line.trim_start().len(), line.trim());
        if indent == 0 {
            continue; // a message of another process in between
        }
        if indent > 3 {
            if let Some(list) = list {
                facts.entry(list).or_default().insert(dumped_entry(text));
            }
            continue;
        }
        list = LISTS.iter().find(|(start, _)| text.starts_with(start)).map(|(_, name)| *name);
        let known = LINES.iter().find_map(|(start, name)| Some((name, text.strip_prefix(start)?)));
        if let Some((fact, value)) = known {
            // `vrrp.51, vmac on eth0`: virtual MACs do not run yet, the rest is compared.
            let value = value.rsplit(" on ").next().unwrap_or(value);
            let value = value.split(", ifindex").next().unwrap_or(value);
            facts.entry(*fact).or_default().insert(value.to_owned());
        }
    }
    instances
}

/// An entry of a list without what depends on the run: `set`, virtual MACs.
fn dumped_entry(text: &str) -> String {
    let words = text.split_whitespace().filter(|word| !matches!(*word, "set" | "use_vmac"));
    let words = words.map(|word| word.split_once('@').map_or(word, |(_, base)| base));
    words.collect::<Vec<_>>().join(" ")
}

/// An instance of ours.
fn ours(instance: &Instance, config: &Config) -> Facts {
    let mut facts = Facts::new();
    let mut add = |name, value: String| {
        facts.entry(name).or_default().insert(value);
    };
    let on = |on: bool| if on { "enabled" } else { "disabled" }.to_owned();
    let interface = instance.interface.as_ref().map_or("", |interface| interface.as_str());
    add("version", instance.version.to_string());
    let master = instance.initial_state.is_master();
    add("state", if master { "MASTER" } else { "BACKUP" }.to_owned());
    add("interface", interface.to_owned());
    match &instance.transport {
        Transport::Multicast { group } => add("group", group.to_string()),
        Transport::Unicast { peers, .. } => {
            for peer in peers {
                let (least, most) = (peer.min_ttl, peer.max_ttl);
                add("peer", format!("{} min_ttl {least} max_ttl {most}", peer.address));
            }
        }
    }
    let garp = instance.garp;
    add("garp delay", garp.master.delay.as_secs().to_string());
    add("garp repeat", garp.master.rounds.to_string());
    add("garp refresh", garp.refresh.map_or(0, |refresh| refresh.every.as_secs()).to_string());
    if let Some(refresh) = garp.refresh {
        add("garp refresh repeat", refresh.rounds.to_string());
    }
    add("garp lower delay", garp.lower_priority.delay.as_secs().to_string());
    add("garp lower repeat", garp.lower_priority.rounds.to_string());
    add("down timer", instance.down_timer_adverts.to_string());
    add("answers lower", (!instance.lower_prio_no_advert).to_string());
    add("answers higher", instance.higher_prio_send_advert.to_string());
    add("vrid", instance.vrid.value.to_string());
    add("priority", instance.priority.value.to_string());
    add(
        "interval",
        match instance.version {
            Version::V2 => format!("{} sec", instance.advert_int.as_secs()),
            Version::V3 => format!("{} milli-sec", instance.advert_int.as_millis()),
        },
    );
    add("accept", on(instance.accept));
    add("preempt", on(instance.preemption != Preemption::Never));
    if let Preemption::Delayed(delay) = instance.preemption {
        add("preempt delay", format!("{} secs", delay.as_secs_f64()));
    }
    add("promote secondaries", on(instance.promote_secondaries));
    match instance.authentication {
        Authentication::None if instance.version == Version::V2 => {
            add("authentication", "none".to_owned());
        }
        Authentication::None => {}
        Authentication::Pass(_) => add("authentication", "SIMPLE_PASSWORD".to_owned()),
        Authentication::Header(_) => add("authentication", "IPSEC_AH".to_owned()),
        // 2.2.7 does not know it.
        Authentication::Trailer(_) => {}
    }
    for (list, name) in [(&instance.addresses, "address"), (&instance.excluded, "excluded")] {
        for address in list {
            add(name, address_as_dumped(address, interface));
        }
    }
    for route in &instance.routes {
        add("route", route_as_dumped(route));
    }
    for rule in &instance.rules {
        add("rule", rule_as_dumped(rule));
    }
    for (fact, entry) in tracks_as_dumped(&instance.tracking, config) {
        add(fact, entry);
    }
    facts
}

fn tracks_as_dumped(tracking: &Tracking, config: &Config) -> Vec<(&'static str, String)> {
    fn entry<N>(track: &Track<N>, name: &str, usual: Option<(i16, bool)>) -> String {
        let (weight, reverse) = usual.unwrap_or((0, false));
        let weight = track.weight.map_or(weight, |weight| weight.value);
        let reverse = if track.reverse.unwrap_or(reverse) { " reverse" } else { "" };
        format!("{name} weight {weight}{reverse}")
    }
    let Tracking { interfaces, scripts, files, processes, bfds } = tracking;
    let mut all = Vec::new();
    for track in interfaces {
        all.push(("tracked interface", entry(track, track.name.as_str(), None)));
    }
    for track in scripts {
        let object = config.vrrp_scripts.iter().find(|script| script.name.value == track.name);
        let usual = object.map(|script| (script.weight.value, script.reverse));
        all.push(("tracked script", entry(track, &track.name, usual)));
    }
    for track in files {
        let object = config.track_files.iter().find(|file| file.name.value == track.name);
        let usual = object.map(|file| (file.weight.value, file.reverse));
        all.push(("tracked file", entry(track, &format!("{},", track.name), usual)));
    }
    for track in processes {
        let object = config.track_processes.iter().find(|of| of.name.value == track.name);
        let usual = object.map(|process| (process.weight.value, process.reverse));
        all.push(("tracked process", entry(track, &format!("{},", track.name), usual)));
    }
    for track in bfds {
        let object = config.bfd_instances.iter().find(|bfd| bfd.name.value == track.name);
        let usual = object.map(|bfd| (bfd.weight.value, bfd.reverse));
        all.push(("tracked BFD", entry(track, &format!("{}:", track.name), usual)));
    }
    all
}

fn number<N: std::fmt::Display>(named: &Named<N>) -> String {
    match named {
        Named::Number(number) => number.to_string(),
        Named::Name(name) => name.clone(),
    }
}

/// A route as 2.2.7 shows it, as far as the routes of the corpus go.
fn route_as_dumped(route: &Route) -> String {
    let net = |net: IpNet| match net == IpNet::host(net.address()) {
        true => net.address().to_string(),
        false => net.to_string(),
    };
    let all = if route.family == Family::V4 { "0.0.0.0/0" } else { "::/0" };
    let mut text = format!("prepend {}", route.destination.map_or(all.to_owned(), net));
    if let Some(source) = &route.source {
        text.push_str(&format!(" src {}", source.value));
    }
    if let Some(gateway) = &route.gateway {
        let family = if route.family == Family::V4 { "inet" } else { "inet6" };
        text.push_str(&format!(" via {family} {}", gateway.value));
    }
    if let Some(interface) = &route.interface {
        text.push_str(&format!(" dev {}", interface.value));
    }
    if let Some(table) = &route.table {
        text.push_str(&format!(" table {}", number(&table.value)));
    }
    if !route.no_track {
        text.push_str(" proto 18");
    }
    if let Some(scope) = &route.scope {
        text.push_str(&format!(" scope {}", number(&scope.value)));
    }
    if let Some(metric) = &route.metric {
        text.push_str(&format!(" metric {}", metric.value));
    }
    if route.no_track {
        text.push_str(" no_track");
    }
    text
}

/// A rule as 2.2.7 shows it, as far as the rules of the corpus go.
fn rule_as_dumped(rule: &Rule) -> String {
    let from = rule.from.map_or("all".to_owned(), |from| match from.value {
        net if net == IpNet::host(net.address()) => net.address().to_string(),
        net => net.to_string(),
    });
    let table = match &rule.action.value {
        RuleAction::Lookup(lookup) => number(&lookup.table),
        other => format!("{other:?}"),
    };
    format!("from {from} priority {} tos 0x0 protocol 18 lookup {table}", rule.preference.value)
}

fn address_as_dumped(address: &Spanned<VirtualAddress>, interface: &str) -> String {
    let mut text = address.net.address().to_string();
    let family = Family::of(address.ip());
    if address.net.prefix() != family.host_prefix() {
        text.push_str(&format!("/{}", address.net.prefix()));
    }
    match address.broadcast {
        Some(Broadcast::Address(broadcast)) => text.push_str(&format!(" brd {broadcast}")),
        Some(Broadcast::HostBitsOne) => {
            if let IpAddr::V4(host) = address.ip() {
                let ones = u32::MAX.checked_shr(address.net.prefix().into()).unwrap_or(0);
                text.push_str(&format!(" brd {}", Ipv4Addr::from_bits(host.to_bits() | ones)));
            }
        }
        Some(Broadcast::HostBitsZero) => text.push_str(" brd -"),
        None => {}
    }
    let interface = address.interface.as_ref().map_or(interface, |interface| interface.as_str());
    let scope = match address.scope {
        Scope::GLOBAL => "global".to_owned(),
        Scope::SITE => "site".to_owned(),
        Scope::LINK => "link".to_owned(),
        Scope::HOST => "host".to_owned(),
        other => other.0.to_string(),
    };
    text.push_str(&format!(" dev {interface} scope {scope}"));
    if let Some(label) = &address.label {
        text.push_str(&format!(" label {label}"));
    }
    if address.no_prefix_route {
        text.push_str(" noprefixroute");
    }
    if address.ip().is_ipv6() {
        let alone = address.net.prefix() == family.host_prefix();
        match address.preferred_lifetime {
            None if alone => text.push_str(" deprecated"),
            Some(PreferredLifetime::Seconds(0)) => text.push_str(" deprecated"),
            None | Some(PreferredLifetime::Forever) => text.push_str(" preferred_lft forever"),
            Some(PreferredLifetime::Seconds(n)) => text.push_str(&format!(" preferred_lft {n}")),
        }
    }
    text
}

#[test]
fn keepalived_and_we_understand_the_same() {
    let Some(corpus) = corpus() else { return };
    let (mut wrong, mut compared) = (BTreeSet::new(), 0);
    let ids = std::fs::read_to_string(corpus.join("dumps-2.2.7/INDEX.tsv")).unwrap();
    // A file without one was run under the name of its node.
    let id = |row: &str| {
        let mut columns = row.split('\t');
        let number = columns.next()?.to_owned();
        let id = columns.next().filter(|id| !id.is_empty() && *id != "-").unwrap_or("node1");
        Some((number, id.to_owned()))
    };
    let ids: BTreeMap<String, String> = ids.lines().filter_map(id).collect();
    for entry in std::fs::read_dir(corpus.join("dumps-2.2.7")).unwrap() {
        let path = entry.unwrap().path();
        let number = path.file_stem().unwrap().to_string_lossy().into_owned();
        let file = corpus.join("configs").join(&number).with_extension("conf");
        let Ok(text) = std::fs::read(file) else { continue };
        let environment = Environment {
            config_id: ids.get(&number).cloned().unwrap_or_default(),
            compat: Compat::V2_2_7,
            ..Environment::default()
        };
        let reading = Reading { environment, ..Reading::default() };
        let loaded = load::load_text(Path::new("k"), &text, &reading);
        let dump = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
        let theirs = theirs(&dump);
        for instance in &loaded.config.instances {
            let name = &instance.name.value;
            // A dump ends early where keepalived ends early.
            let Some(theirs) = theirs.get(name) else { continue };
            compared += 1;
            let mut ours = ours(instance, &loaded.config);
            // Scripts that the machine of the dump does not have are not tracked there.
            if let Some(scripts) = ours.get_mut("tracked script") {
                let there = theirs.get("tracked script");
                let name = |entry: &str| entry.split(' ').next().map(str::to_owned);
                let there: BTreeSet<_> = there.into_iter().flatten().map(|e| name(e)).collect();
                scripts.retain(|entry| there.contains(&name(entry)));
            }
            ours.retain(|_, values| !values.is_empty());
            for (fact, value) in &ours {
                let other = theirs.get(fact);
                if other != Some(value) {
                    wrong.insert(format!("{number} {fact}: we {value:?}, keepalived {other:?}"));
                }
            }
            for list in LISTS.iter().map(|(_, name)| *name) {
                if theirs.contains_key(list) && !ours.contains_key(list) {
                    wrong.insert(format!("{number} {list}: we have none"));
                }
            }
        }
    }
    assert!(compared >= COMPARED, "only {compared} instances are compared");
    let known = |line: &&String| {
        KNOWN.iter().any(|(number, fact, _)| line.starts_with(&format!("{number} {fact}: ")))
    };
    let new: Vec<_> = wrong.iter().filter(|line| !known(line)).cloned().collect();
    assert!(new.is_empty(), "{compared} instances compared\n{}", new.join("\n"));
    for (number, fact, reason) in KNOWN {
        let start = format!("{number} {fact}: ");
        assert!(wrong.iter().any(|line| line.starts_with(&start)), "{number} {fact}: is gone");
        assert!(reason.len() > 20, "{number} {fact}: why?");
    }
}
