//! Virtual servers, their servers and checks, one a line.

use std::fmt::{Debug, Write};

use stillalive::ir::lvs::{
    Checker, Connection, Group, Persistence, Quorum, RealServer, SorryServer, TlsContext,
    VirtualServer,
};
use stillalive::units::Spanned;

/// What is load-balanced. Every field of servers is named, so that a new one is not forgotten.
pub(crate) fn described(
    servers: &[VirtualServer],
    groups: &[Group],
    tls: &Option<Spanned<TlsContext>>,
) -> String {
    let mut out = String::new();
    for Group { name, entries } in groups {
        let entries: Vec<_> = entries.iter().map(|entry| entry.value).collect();
        let _ = writeln!(out, "virtual server group {} {entries:?}", name.value);
    }
    servers.iter().for_each(|server| service(server, &mut out));
    if let Some(tls) = tls {
        let TlsContext { password, authorities, certificate, key } = &tls.value;
        let files = (value(authorities), value(certificate), value(key));
        let _ = writeln!(out, "TLS {:?} {files:?}", value(password));
    }
    out
}

fn value<T>(spanned: &Option<Spanned<T>>) -> Option<&T> {
    spanned.as_ref().map(|spanned| &spanned.value)
}

fn service(server: &VirtualServer, out: &mut String) {
    let VirtualServer {
        service: _,
        index: _,
        family,
        protocol: _,
        scheduler,
        flags,
        method,
        persistence,
        persistence_engine,
        quorum,
        weight,
        checks: _,
        inhibit_on_failure,
        ha_suspend,
        omega,
        smtp_alert,
        virtualhost,
        snmp_name,
        sorry_server,
        real_servers,
    } = server;
    let _ = writeln!(out, "virtual server {} {family:?}", server.name());
    let flags = [flags.one_packet, flags.first, flags.second, flags.third].map(|flag| flag.value);
    let _ =
        writeln!(out, "  {} {flags:?} {:?} weight {}", scheduler.value, method.value, weight.value);
    if let Some(Persistence { timeout, granularity }) = persistence {
        let mask = value(granularity);
        let engine = value(persistence_engine);
        let _ = writeln!(out, "  persistent for {:?} {mask:?} {engine:?}", timeout.value);
    }
    let Quorum { weight, hysteresis, up, down } = quorum;
    let scripts = (value(up), value(down));
    let _ = writeln!(out, "  quorum {} +- {} {scripts:?}", weight.value, hysteresis.value);
    let flags = [inhibit_on_failure.value, ha_suspend.value, omega.value];
    let names = (value(virtualhost), value(snmp_name));
    let _ = writeln!(out, "  flags {flags:?} mail {:?} {names:?}", value(smtp_alert));
    if let Some(SorryServer { address, port, method, inhibit }) = sorry_server {
        let (address, method, inhibit) = (address.value, method.value, inhibit.value);
        let _ = writeln!(out, "  sorry server {address}#{port} {method:?} inhibit {inhibit}");
    }
    real_servers.iter().for_each(|real| real_server(real, out));
}

fn real_server(real: &RealServer, out: &mut String) {
    let RealServer {
        address,
        written_port,
        port,
        weight,
        method,
        upper_threshold,
        lower_threshold,
        inhibit_on_failure,
        notify_up,
        notify_down,
        smtp_alert,
        virtualhost,
        snmp_name,
        checks: _,
        checkers,
    } = real;
    let written = value(written_port);
    let (address, method) = (address.value, method.value);
    let _ = writeln!(
        out,
        "  real server {address}#{port} ({written:?}) {method:?} weight {}",
        weight.value
    );
    let thresholds = (lower_threshold.value, upper_threshold.value);
    let scripts = (value(notify_up), value(notify_down));
    let names = (value(virtualhost), value(snmp_name));
    let others = (inhibit_on_failure.value, value(smtp_alert), names);
    let _ = writeln!(out, "    {thresholds:?} {scripts:?} {others:?}");
    checkers.iter().for_each(|checker| check(checker, out));
}

fn check(checker: &Checker, out: &mut String) {
    let Checker { check, pace, alpha, log_all_failures } = checker;
    let kind = format!("{:?}", check.value);
    let kind = kind.split('(').next().unwrap_or_default();
    let times = [pace.delay_loop.value, pace.warmup.value, pace.delay_before_retry.value];
    let flags = [alpha.value, log_all_failures.value];
    let _ = writeln!(out, "    {kind} {times:?} retry {} {flags:?}", pace.retry.value);
    if let Some(connection) = check.value.connection() {
        let Connection { address, port, source, source_port, interface, timeout, mark } =
            connection;
        let (to, port) = (address.value, port.value);
        let from = (value(source), value(source_port), interface.as_ref().map(shown));
        let _ = writeln!(
            out,
            "      to {to}#{port} from {from:?} in {:?} mark {}",
            timeout.value, mark.value
        );
    }
}

fn shown<T: Debug>(spanned: &Spanned<T>) -> String {
    format!("{:?}", spanned.value)
}
