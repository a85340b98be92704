//! Rules of iptables, by its programs, for hosts whose kernel is still driven that way
//! (`vrrp_iptables`, `vrrp_ipsets`).
//!
//! A program takes milliseconds: each change is one call of `ipset restore`, or one of
//! `iptables-restore` for each family. Copies cannot be sent elsewhere: reports of group membership
//! that would leave by a virtual MAC are dropped.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::process::{Command, Stdio};

use super::tables::Entry;
use crate::ir::global::{Chains, IpSets};
use crate::net::nftables::TableFamily;

/// What `iptables -V` says about itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// The rules are its own.
    Legacy,
    /// It writes nftables.
    Nftables,
    /// It is not there.
    Missing,
}

/// Asks the program what it is.
pub(super) fn kind() -> Kind {
    let output = Command::new("iptables").arg("-V").stdin(Stdio::null()).output();
    match output {
        Ok(output) if String::from_utf8_lossy(&output.stdout).contains("nf_tables") => {
            Kind::Nftables
        }
        Ok(output) if output.status.success() => Kind::Legacy,
        Ok(_) | Err(_) => Kind::Missing,
    }
}

/// Names of the sets.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Sets {
    v4: String,
    v6: String,
    /// Link-local addresses with their interfaces.
    link_local: String,
    igmp: String,
    mld: String,
    neighbours: String,
}

impl Sets {
    /// The names that are said, and those that follow from them.
    fn new(names: &[&str]) -> Self {
        let name = |place: usize, derived: &dyn Fn() -> String| {
            names.get(place).map_or_else(derived, |name| (*name).to_owned())
        };
        let v4 = name(0, &|| "keepalived".to_owned());
        let v6 = name(1, &|| format!("{v4}6"));
        let link_local = name(2, &|| format!("{}_if6", v6.strip_suffix('6').unwrap_or(&v6)));
        let igmp = name(3, &|| format!("{v4}_igmp"));
        let mld = name(4, &|| format!("{v4}_mld"));
        let neighbours = name(5, &|| format!("{v4}_nd"));
        Self { v4, v6, link_local, igmp, mld, neighbours }
    }
}

/// The programs, and what was done with them.
#[derive(Debug)]
pub(super) struct Iptables {
    chains: Chains,
    sets: Option<Sets>,
    /// Sets that exist, with their rules.
    made: BTreeSet<String>,
    /// Rules that stand there, to be removed at the end.
    rules: Vec<(TableFamily, String)>,
}

/// What a program is to read: sets, then rules of each family.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct Script {
    sets: String,
    v4: String,
    v6: String,
}

impl Script {
    fn rule(&mut self, family: TableFamily, verb: &str, rule: &str) {
        let text = match family {
            TableFamily::Ip => &mut self.v4,
            TableFamily::Ip6 => &mut self.v6,
        };
        // Nothing can go wrong with a string.
        let _written = writeln!(text, "{verb} {rule}");
    }

    fn set(&mut self, line: &str) {
        self.sets.push_str(line);
        self.sets.push('\n');
    }

    /// Before rules that name them are added, or after they are gone.
    fn run(&self, sets_first: bool) -> io::Result<()> {
        let sets = || feed("ipset", &["restore", "-exist"], &self.sets);
        if sets_first {
            sets()?;
        }
        for (program, text) in [("iptables-restore", &self.v4), ("ip6tables-restore", &self.v6)] {
            if !text.is_empty() {
                feed(program, &["--noflush"], &format!("*filter\n{text}COMMIT\n"))?;
            }
        }
        if sets_first { Ok(()) } else { sets() }
    }
}

/// Runs a program that reads a text; nothing is run for nothing.
fn feed(program: &str, arguments: &[&str], text: &str) -> io::Result<()> {
    if text.is_empty() {
        return Ok(());
    }
    let named = |error: io::Error| io::Error::new(error.kind(), format!("{program}: {error}"));
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(named)?;
    if let Some(mut input) = child.stdin.take() {
        input.write_all(text.as_bytes()).map_err(named)?;
    }
    let output = child.wait_with_output().map_err(named)?;
    match output.status.success() {
        true => Ok(()),
        false => {
            let said = String::from_utf8_lossy(&output.stderr);
            let first = said.lines().next().unwrap_or_default();
            Err(io::Error::other(format!("{program}: {}: {first}", output.status)))
        }
    }
}

impl Iptables {
    /// With these chains, which exist, and these sets.
    pub(super) fn new(chains: Chains, sets: &IpSets) -> Self {
        let sets = match sets {
            IpSets::Usual => Some(Sets::new(&[])),
            IpSets::Off => None,
            IpSets::Named(names) => {
                Some(Sets::new(&names.iter().map(|name| name.value.as_str()).collect::<Vec<_>>()))
            }
        };
        Self { chains, sets, made: BTreeSet::new(), rules: Vec::new() }
    }

    /// Removes the rules that a dead predecessor left: those that look into sets of these names.
    /// (Rules without sets cannot be told from those of others.)
    ///
    /// # Errors
    /// As [`Self::enter`].
    pub(super) fn remove_leftovers(&self) -> io::Result<()> {
        let Some(sets) = &self.sets else { return Ok(()) };
        let mut script = Script::default();
        for (family, program) in
            [(TableFamily::Ip, "iptables-save"), (TableFamily::Ip6, "ip6tables-save")]
        {
            let output = Command::new(program).args(["-t", "filter"]).output()?;
            for rule in leftovers(sets, &String::from_utf8_lossy(&output.stdout)) {
                script.rule(family, "-D", rule);
            }
        }
        script.run(false)
    }

    /// Enters.
    ///
    /// # Errors
    /// A program is not there, or fails.
    pub(super) fn enter(&mut self, entries: &[Entry]) -> io::Result<()> {
        let script = self.entering(entries);
        script.run(true)
    }

    /// Takes out.
    ///
    /// # Errors
    /// As [`Self::enter`].
    pub(super) fn take_out(&mut self, entries: &[Entry]) -> io::Result<()> {
        let script = self.leaving(entries);
        script.run(false)
    }

    /// Removes every rule and every set.
    ///
    /// # Errors
    /// As [`Self::enter`].
    pub(super) fn delete(&mut self) -> io::Result<()> {
        let mut script = Script::default();
        for (family, rule) in std::mem::take(&mut self.rules) {
            script.rule(family, "-D", &rule);
        }
        for set in std::mem::take(&mut self.made) {
            script.set(&format!("destroy {set}"));
        }
        script.run(false)
    }

    fn entering(&mut self, entries: &[Entry]) -> Script {
        let mut script = Script::default();
        for entry in entries {
            match self.sets.clone() {
                None => {
                    for (family, rule) in self.rules_of(entry) {
                        script.rule(family, "-A", &rule);
                        self.rules.push((family, rule));
                    }
                }
                Some(sets) => {
                    let Some((set, element)) = element(&sets, entry) else { continue };
                    if self.made.insert(set.to_owned()) {
                        self.make(&mut script, &sets, entry, set);
                    }
                    script.set(&format!("add {set} {element}"));
                }
            }
        }
        script
    }

    fn leaving(&mut self, entries: &[Entry]) -> Script {
        let mut script = Script::default();
        for entry in entries {
            match &self.sets {
                None => {
                    for (family, rule) in self.rules_of(entry) {
                        if let Some(place) =
                            self.rules.iter().position(|known| *known == (family, rule.clone()))
                        {
                            self.rules.remove(place);
                            script.rule(family, "-D", &rule);
                        }
                    }
                }
                Some(sets) => {
                    if let Some((set, element)) = element(sets, entry) {
                        script.set(&format!("del {set} {element}"));
                    }
                }
            }
        }
        script
    }

    /// A set, empty whatever a dead predecessor left in it, with the rules that look into it.
    fn make(&mut self, script: &mut Script, sets: &Sets, entry: &Entry, set: &str) {
        let kind = match entry {
            Entry::V4(_) => "hash:ip family inet",
            Entry::V6(_) => "hash:ip family inet6",
            Entry::Report { family: TableFamily::Ip, .. } => "hash:net,iface family inet",
            _ => "hash:net,iface family inet6",
        };
        script.set(&format!("create {set} {kind}"));
        script.set(&format!("flush {set}"));
        let (input, output) = (self.chains.input.clone(), self.chains.output.clone());
        let mut add = |family, rule: String| {
            script.rule(family, "-A", &rule);
            self.rules.push((family, rule));
        };
        let drops =
            |chain: &str, flags: &str| format!("{chain} -m set --match-set {set} {flags} -j DROP");
        let lets_discovery = |chain: &str, flags: &str, kind: u8| {
            format!(
                "{chain} -p icmpv6 -m icmp6 --icmpv6-type {kind} -m set --match-set {set} {flags} \
                 -j ACCEPT"
            )
        };
        match entry {
            Entry::V4(_) => {
                add(TableFamily::Ip, drops(&input, "dst"));
                if let Some(output) = &output {
                    add(TableFamily::Ip, drops(output, "src"));
                }
            }
            Entry::V6(_) | Entry::OnIndex(..) | Entry::OnName(..) => {
                let [incoming, outgoing] = match entry {
                    Entry::V6(_) => ["dst", "src"],
                    _ => ["dst,src", "src,dst"],
                };
                for (chain, flags) in [(Some(&input), incoming), (output.as_ref(), outgoing)] {
                    let Some(chain) = chain else { continue };
                    for kind in [135, 136] {
                        add(TableFamily::Ip6, lets_discovery(chain, flags, kind));
                    }
                    add(TableFamily::Ip6, drops(chain, flags));
                }
            }
            Entry::Report { family: TableFamily::Ip, .. } => {
                if let Some(output) = &output {
                    let rule = format!("{output} -p igmp -m set --match-set {set} dst,dst -j DROP");
                    add(TableFamily::Ip, rule);
                }
            }
            Entry::Report { family: TableFamily::Ip6, .. } | Entry::OfParent(..) => {
                let Some(output) = &output else { return };
                let (kinds, flags): (&[u8], _) = match set == sets.mld {
                    true => (&[143, 131], "dst,dst"),
                    false => (&[136], "src,dst"),
                };
                for kind in kinds {
                    let rule = format!(
                        "{output} -p icmpv6 -m icmp6 --icmpv6-type {kind} -m set --match-set \
                         {set} {flags} -j DROP"
                    );
                    add(TableFamily::Ip6, rule);
                }
            }
            Entry::NoSolicitation(_) => {}
        }
    }

    /// The rules of one address where there are no sets.
    fn rules_of(&self, entry: &Entry) -> Vec<(TableFamily, String)> {
        let (input, output) = (&self.chains.input, self.chains.output.as_ref());
        let mut rules = Vec::new();
        match entry {
            Entry::V4(address) => {
                if let Some(output) = output {
                    rules.push((TableFamily::Ip, format!("{output} -s {address} -j DROP")));
                }
                rules.push((TableFamily::Ip, format!("{input} -d {address} -j DROP")));
            }
            Entry::V6(address) | Entry::OnName(address, _) => {
                let on = |flag: &str| match entry {
                    Entry::OnName(_, interface) => format!(" {flag} {interface}"),
                    _ => String::new(),
                };
                let leaving = output.map(|chain| format!("{chain} -s {address}{}", on("-o")));
                let coming = Some(format!("{input} -d {address}{}", on("-i")));
                let directions = || leaving.iter().chain(&coming);
                for begin in directions() {
                    for kind in [135, 136] {
                        let rule =
                            format!("{begin} -p icmpv6 -m icmp6 --icmpv6-type {kind} -j ACCEPT");
                        rules.push((TableFamily::Ip6, rule));
                    }
                }
                for begin in directions() {
                    rules.push((TableFamily::Ip6, format!("{begin} -j DROP")));
                }
            }
            _ => {}
        }
        rules
    }
}

/// The rules of a listing that look into one of the sets.
fn leftovers<'a>(sets: &'a Sets, listing: &'a str) -> impl Iterator<Item = &'a str> {
    let Sets { v4, v6, link_local, igmp, mld, neighbours } = sets;
    let ours = [v4, v6, link_local, igmp, mld, neighbours];
    let rules = listing.lines().filter_map(|line| line.strip_prefix("-A "));
    rules.filter(move |rule| {
        let mut words = rule.split_whitespace().skip_while(|word| *word != "--match-set");
        words.nth(1).is_some_and(|set| ours.iter().any(|own| *own == set))
    })
}

/// In which set an entry stands, and as what.
fn element<'a>(sets: &'a Sets, entry: &Entry) -> Option<(&'a str, String)> {
    Some(match entry {
        Entry::V4(address) => (&sets.v4, address.to_string()),
        Entry::V6(address) => (&sets.v6, address.to_string()),
        Entry::OnName(address, interface) => (&sets.link_local, format!("{address},{interface}")),
        Entry::Report { family: TableFamily::Ip, vmac, .. } => {
            (&sets.igmp, format!("224.0.0.0/4,{vmac}"))
        }
        Entry::Report { family: TableFamily::Ip6, vmac, .. } => {
            (&sets.mld, format!("ff00::/8,{vmac}"))
        }
        Entry::OfParent(address, name) => (&sets.neighbours, format!("{address},{name}")),
        Entry::OnIndex(..) | Entry::NoSolicitation(_) => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{IfName, Span, Spanned};

    fn chains(output: Option<&str>) -> Chains {
        Chains { input: "IN".to_owned(), output: output.map(str::to_owned) }
    }

    fn entries() -> Vec<Entry> {
        let name = IfName::new("eth0").unwrap();
        vec![
            Entry::V4([10, 77, 0, 50].into()),
            Entry::V4([10, 77, 0, 51].into()),
            Entry::V6("2001:db8::50".parse().unwrap()),
            Entry::OnName("fe80::50".parse().unwrap(), name),
        ]
    }

    fn text(script: &Script) -> String {
        format!("{}--\n{}--\n{}", script.sets, script.v4, script.v6)
    }

    #[test]
    fn names_of_sets_follow_from_those_that_are_said() {
        let sets = Sets::new(&["a", "b6"]);
        let derived = [&sets.link_local, &sets.igmp, &sets.mld, &sets.neighbours];
        assert_eq!(derived, ["b_if6", "a_igmp", "a_mld", "a_nd"]);
        assert_eq!(Sets::new(&[]).v6, "keepalived6");
        assert_eq!(Sets::new(&[]).link_local, "keepalived_if6");
    }

    #[test]
    fn sets_are_made_once_and_filled() {
        let mut iptables = Iptables::new(chains(Some("OUT")), &IpSets::Usual);
        insta::assert_snapshot!(text(&iptables.entering(&entries())), @"
    create keepalived hash:ip family inet
    flush keepalived
    add keepalived 10.77.0.50
    add keepalived 10.77.0.51
    create keepalived6 hash:ip family inet6
    flush keepalived6
    add keepalived6 2001:db8::50
    create keepalived_if6 hash:net,iface family inet6
    flush keepalived_if6
    add keepalived_if6 fe80::50,eth0
    --
    -A IN -m set --match-set keepalived dst -j DROP
    -A OUT -m set --match-set keepalived src -j DROP
    --
    -A IN -p icmpv6 -m icmp6 --icmpv6-type 135 -m set --match-set keepalived6 dst -j ACCEPT
    -A IN -p icmpv6 -m icmp6 --icmpv6-type 136 -m set --match-set keepalived6 dst -j ACCEPT
    -A IN -m set --match-set keepalived6 dst -j DROP
    -A OUT -p icmpv6 -m icmp6 --icmpv6-type 135 -m set --match-set keepalived6 src -j ACCEPT
    -A OUT -p icmpv6 -m icmp6 --icmpv6-type 136 -m set --match-set keepalived6 src -j ACCEPT
    -A OUT -m set --match-set keepalived6 src -j DROP
    -A IN -p icmpv6 -m icmp6 --icmpv6-type 135 -m set --match-set keepalived_if6 dst,src -j ACCEPT
    -A IN -p icmpv6 -m icmp6 --icmpv6-type 136 -m set --match-set keepalived_if6 dst,src -j ACCEPT
    -A IN -m set --match-set keepalived_if6 dst,src -j DROP
    -A OUT -p icmpv6 -m icmp6 --icmpv6-type 135 -m set --match-set keepalived_if6 src,dst -j ACCEPT
    -A OUT -p icmpv6 -m icmp6 --icmpv6-type 136 -m set --match-set keepalived_if6 src,dst -j ACCEPT
    -A OUT -m set --match-set keepalived_if6 src,dst -j DROP
    ");
        insta::assert_snapshot!(text(&iptables.entering(&entries()[..1])), @"
    add keepalived 10.77.0.50
    --
    --
    ");
        insta::assert_snapshot!(text(&iptables.leaving(&entries()[2..])), @"
    del keepalived6 2001:db8::50
    del keepalived_if6 fe80::50,eth0
    --
    --
    ");
    }

    #[test]
    fn without_sets_every_address_has_rules_that_go_with_it() {
        let mut iptables = Iptables::new(chains(Some("OUT")), &IpSets::Off);
        let entered = iptables.entering(&entries()[1..]);
        insta::assert_snapshot!(text(&entered), @"
    --
    -A OUT -s 10.77.0.51 -j DROP
    -A IN -d 10.77.0.51 -j DROP
    --
    -A OUT -s 2001:db8::50 -p icmpv6 -m icmp6 --icmpv6-type 135 -j ACCEPT
    -A OUT -s 2001:db8::50 -p icmpv6 -m icmp6 --icmpv6-type 136 -j ACCEPT
    -A IN -d 2001:db8::50 -p icmpv6 -m icmp6 --icmpv6-type 135 -j ACCEPT
    -A IN -d 2001:db8::50 -p icmpv6 -m icmp6 --icmpv6-type 136 -j ACCEPT
    -A OUT -s 2001:db8::50 -j DROP
    -A IN -d 2001:db8::50 -j DROP
    -A OUT -s fe80::50 -o eth0 -p icmpv6 -m icmp6 --icmpv6-type 135 -j ACCEPT
    -A OUT -s fe80::50 -o eth0 -p icmpv6 -m icmp6 --icmpv6-type 136 -j ACCEPT
    -A IN -d fe80::50 -i eth0 -p icmpv6 -m icmp6 --icmpv6-type 135 -j ACCEPT
    -A IN -d fe80::50 -i eth0 -p icmpv6 -m icmp6 --icmpv6-type 136 -j ACCEPT
    -A OUT -s fe80::50 -o eth0 -j DROP
    -A IN -d fe80::50 -i eth0 -j DROP
    ");
        let left = iptables.leaving(&entries()[1..]);
        assert_eq!(text(&left), text(&entered).replace("-A ", "-D "));
        assert_eq!(iptables.rules, []);
    }

    #[test]
    fn rules_of_a_predecessor_are_known_by_their_sets() {
        let listing = "*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -j ours\n\
             -A ours -m set --match-set keepalived dst -j DROP\n\
             -A ours -m set --match-set keepalived_other dst -j DROP\nCOMMIT\n";
        let sets = Sets::new(&[]);
        let found: Vec<_> = leftovers(&sets, listing).collect();
        assert_eq!(found, ["ours -m set --match-set keepalived dst -j DROP"]);
    }

    #[test]
    fn without_a_chain_for_it_what_leaves_is_not_filtered() {
        let named = IpSets::Named(vec![Spanned::new("vips".to_owned(), Span::default())]);
        let mut iptables = Iptables::new(chains(None), &named);
        insta::assert_snapshot!(text(&iptables.entering(&entries()[..1])), @"
    create vips hash:ip family inet
    flush vips
    add vips 10.77.0.50
    --
    -A IN -m set --match-set vips dst -j DROP
    --
    ");
    }
}
