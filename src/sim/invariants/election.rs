//! The end of an election: on a calm LAN everybody agrees.

use std::collections::BTreeSet;

use crate::engine::snapshot::State;
use crate::engine::standing::Standing;
use crate::ir::{Instance, Preemption, SyncGroup};
use crate::sim::host::Host;
use crate::sim::invariants::{Rule, Run, Standings, Violation, Watch, groups};
use crate::units::{Family, Instant, Vrid};

/// A virtual router: where it lives, and its number.
type Router = (usize, Family, Vrid);

/// One node's part in a virtual router.
struct Part<'a> {
    host: &'a Host,
    config: &'a Instance,
    now: Standing<'a>,
    /// Nothing keeps it from being master: neither its own things nor those of its group, nor an
    /// operator.
    can_lead: bool,
}

impl Part<'_> {
    fn router(&self) -> Router {
        router(self.host, self.config)
    }
}

fn router(host: &Host, config: &Instance) -> Router {
    let interface = config.interface.as_ref();
    let lan = interface.map_or(0, |interface| host.kernel.plugged(&interface.value));
    (lan, config.family, *config.vrid)
}

impl Run {
    /// Addresses of masters that were never announced.
    fn unannounced(&self) -> Vec<(Rule, String)> {
        let masters = self.instances.values().filter(|record| record.state == State::Master);
        let all = masters.flat_map(|record| &record.unannounced);
        all.map(|address| (Rule::Announces, format!("{address} was not announced"))).collect()
    }
}

impl Watch {
    /// The LAN has been calm for long enough: the election must be over.
    pub(in crate::sim) fn calm(&mut self, now: Instant, hosts: &[Host]) {
        let parts: Vec<Part<'_>> = hosts.iter().flat_map(parts).collect();
        let routers: BTreeSet<Router> = parts.iter().map(Part::router).collect();
        let alike = are_alike(hosts);
        for all in routers {
            let all: Vec<&Part<'_>> = parts.iter().filter(|part| part.router() == all).collect();
            let grouped = all.iter().any(|part| group_of(part.host, part.config).is_some());
            for (rule, how) in judge(&all, alike || !grouped) {
                self.found.push((now, None, Violation { rule, how }));
            }
        }
        for (position, host) in hosts.iter().enumerate() {
            let Some(engine) = host.running() else { continue };
            let standings = Standings::of(engine);
            let mut broken = groups::disagreements(&standings);
            broken.extend(
                self.hosts.get(position).map_or(Vec::new(), |run| run.untruths(&standings)),
            );
            broken.extend(self.hosts.get(position).map_or(Vec::new(), Run::unannounced));
            if host.kept_away_until < now && engine.standings().any(|it| it.drained) {
                let how = format!("drained, which had to end at {}", host.kept_away_until);
                broken.push((Rule::Obeys, how));
            }
            for (rule, how) in broken {
                self.broken(now, position, rule, how);
            }
        }
    }
}

/// The instances of a host whose daemon runs.
fn parts(host: &Host) -> Vec<Part<'_>> {
    let Some(engine) = host.engine() else { return Vec::new() };
    let all = host.config.instances.iter().zip(engine.standings());
    all.map(|(config, now)| {
        let can_lead = match group_of(host, config) {
            None => host.can_serve(config),
            Some(members) => members.iter().all(|member| host.can_serve(member)),
        };
        let can_lead = can_lead && !now.drained;
        Part { host, config, now, can_lead }
    })
    .collect()
}

/// The members of an instance's sync group.
fn group_of<'a>(host: &'a Host, instance: &Instance) -> Option<Vec<&'a Instance>> {
    let is_in = |group: &SyncGroup, name: &str| group.members.iter().any(|it| it.value == name);
    let groups = &host.config.sync_groups;
    let group = groups.iter().find(|group| is_in(group, &instance.name.value))?;
    let all = host.config.instances.iter().map(AsRef::as_ref);
    Some(all.filter(|it| is_in(group, &it.name.value)).collect())
}

/// Every running node has the same routers in the same groups: only then must somebody lead each.
fn are_alike(hosts: &[Host]) -> bool {
    let shape = |host: &Host| -> BTreeSet<(Router, BTreeSet<Router>)> {
        let all = host.config.instances.iter().map(|instance| {
            let group = group_of(host, instance).unwrap_or_default();
            let members = group.into_iter().map(|member| router(host, member));
            (router(host, instance), members.collect())
        });
        all.collect()
    };
    let mut shapes = hosts.iter().filter(|host| host.running().is_some()).map(shape);
    shapes.next().is_none_or(|first| shapes.all(|other| other == first))
}

/// What is wrong with one virtual router. Where groups differ from node to node, `alike` is false,
/// and it may be that none of them can lead as a whole.
fn judge(all: &[&Part<'_>], alike: bool) -> Vec<(Rule, String)> {
    let mut broken = Vec::new();
    let told: Vec<_> = all
        .iter()
        .map(|Part { host, config, now, .. }| {
            format!("{} {} {}", host.name, now.state, *config.priority)
        })
        .collect();
    let vrid = all.first().map_or(0, |part| part.config.vrid.get());
    let told = format!("VRID {vrid}: {}", told.join(", "));
    let mut breaks = |rule, how: String| broken.push((rule, format!("{how}; {told}")));
    let (part, rest): (Vec<&Part<'_>>, Vec<&Part<'_>>) = all.iter().partition(|it| it.can_lead);
    for Part { host, config, now, .. } in &part {
        let should = host.world.priority(config);
        if !config.priority.is_owner() && should != Some(now.priority.get()) {
            breaks(Rule::RightPriority, format!("{} should have {should:?}", host.name));
        }
    }
    if rest.iter().any(|part| part.now.state == State::Master) {
        breaks(Rule::OneMaster, "a master that cannot take part".to_owned());
    }
    let mut masters = part.iter().filter(|part| part.now.state == State::Master);
    let leader = match (masters.next(), masters.next()) {
        (Some(leader), None) => leader,
        (None, _) if part.is_empty() || !alike => return broken,
        (None, _) => {
            breaks(Rule::OneMaster, "no master".to_owned());
            return broken;
        }
        (Some(_), Some(_)) => {
            breaks(Rule::OneMaster, "several masters".to_owned());
            return broken;
        }
    };
    for Part { host, config, now, .. } in &part {
        if now.state != State::Master && now.master != leader.now.source {
            breaks(Rule::OneMaster, format!("{} does not know the master", host.name));
        }
        let preempts = config.preemption != Preemption::Never && alike;
        let better = host.world.priority(config) > leader.host.world.priority(leader.config);
        if preempts && better {
            breaks(Rule::RightMaster, format!("{} is better", host.name));
        }
    }
    broken
}
