//! What a checker does not say it has from its server, and that from its service, wherever in the
//! block it is said.

use super::{outcome, service, services};
use crate::ir::lvs::{Checker, VirtualServer};

fn pace(checker: &Checker) -> String {
    let pace = &checker.pace;
    let timeout = checker.check.connection().map(|connection| connection.timeout.value);
    format!(
        "each {:?}, warmup {:?}, {} retries after {:?}, timeout {timeout:?}, alpha {}",
        pace.delay_loop.value,
        pace.warmup.value,
        pace.retry.value,
        pace.delay_before_retry.value,
        checker.alpha.value
    )
}

fn all(text: &str) -> String {
    let (config, findings) = outcome(text);
    assert!(findings.is_empty(), "{findings:?}");
    let servers = config.virtual_servers.iter().flat_map(|server| &server.real_servers);
    servers.flat_map(|real| &real.checkers).map(pace).collect::<Vec<_>>().join("\n")
}

#[test]
fn each_kind_of_check_has_defaults_of_its_own() {
    let blocks = "TCP_CHECK {\n}\nHTTP_GET {\nurl {\npath /\n}\n}\nDNS_CHECK {\n}\n\
                  MISC_CHECK {\nmisc_path /m\n}\nSMTP_CHECK {\n}\nUDP_CHECK {\n}\nPING_CHECK {\n}";
    let text = service("10.0.0.1 80", &format!("real_server 10.0.0.2 80 {{\n{blocks}\n}}"));
    insta::assert_snapshot!(all(&text), @"
    each 60s, warmup 60s, 1 retries after 1s, timeout Some(5s), alpha false
    each 60s, warmup 60s, 1 retries after 3s, timeout Some(5s), alpha false
    each 60s, warmup 60s, 3 retries after 60s, timeout Some(5s), alpha false
    each 60s, warmup 60s, 0 retries after 1s, timeout None, alpha false
    each 60s, warmup 60s, 1 retries after 1s, timeout Some(5s), alpha false
    each 60s, warmup 60s, 1 retries after 1s, timeout Some(5s), alpha false
    each 60s, warmup 60s, 1 retries after 1s, timeout Some(5s), alpha false
    ");
}

#[test]
fn the_innermost_statement_counts_wherever_it_stands() {
    let text = service(
        "10.0.0.1 80",
        "real_server 10.0.0.2 80 {\nTCP_CHECK {\nretry 0\n}\nTCP_CHECK {\n}\ndelay_loop 7\nretry 4\n}\n\
         real_server 10.0.0.3 80 {\nDNS_CHECK {\nalpha off\ndelay_before_retry 0.5\n}\nDNS_CHECK {\n}\n}\n\
         delay_loop 9\nconnect_timeout 2\nwarmup 3\nalpha",
    );
    insta::assert_snapshot!(all(&text), @"
    each 7s, warmup 3s, 0 retries after 1s, timeout Some(2s), alpha true
    each 7s, warmup 3s, 4 retries after 1s, timeout Some(2s), alpha true
    each 9s, warmup 3s, 3 retries after 500ms, timeout Some(2s), alpha false
    each 9s, warmup 3s, 3 retries after 9s, timeout Some(2s), alpha true
    ");
}

#[test]
fn bad_times_and_counts_leave_what_is_there() {
    let rows = [
        "delay_loop 3s",
        "delay_loop 0",
        "delay_loop -1",
        "delay_loop x",
        "delay_loop 1.2345678",
        "delay_loop 18446744073709.551614",
        "delay_loop 18446744073709.551615",
        "delay_loop 99999999999999",
        "delay_loop 1; delay_loop 2",
        "retry 0",
        "retry 3x",
        "retry 4294967295",
        "delay_before_retry 0",
        "delay_before_retry x",
        "delay_before_retry -1",
        "warmup 0",
        "warmup 5s",
        "connect_timeout 0",
        "connect_timeout 4295",
        "connect_timeout .5",
    ];
    let show = |server: &VirtualServer| {
        let checks = &server.checks;
        format!(
            "{:?} {:?} {:?} {:?} {:?}",
            checks.delay_loop.value,
            checks.retry.map(|retry| retry.value),
            checks.delay_before_retry.map(|delay| delay.value),
            checks.warmup.map(|warmup| warmup.value),
            checks.connect_timeout.value
        )
    };
    insta::assert_snapshot!(services(&rows, show), @"
    delay_loop 3s  =>  60s None None None 5s
        2:12: error[SA201]: invalid number '3s' for `delay_loop`
          Counted invalid number '3s'
    delay_loop 0  =>  60s None None None 5s
        2:12: error[SA202]: number '0' for `delay_loop` is outside range [0.000001, 18446744073709.551614]
          Counted virtual server delay loop '0' invalid - ignoring
    delay_loop -1  =>  60s None None None 5s
        2:12: error[SA201]: negative number '-1' for `delay_loop`
          Counted virtual server delay loop '-1' invalid - ignoring
    delay_loop x  =>  60s None None None 5s
        2:12: error[SA201]: invalid number 'x' for `delay_loop`
          Counted virtual server delay loop 'x' invalid - ignoring
    delay_loop 1.2345678  =>  1.234568s None None None 5s
        2:12: error[SA210]: number '1.2345678' for `delay_loop` has too many decimal places
          Counted number '1.2345678' has too many decimal places
    delay_loop 18446744073709.551614  =>  18446744073709.551614s None None None 5s
    delay_loop 18446744073709.551615  =>  60s None None None 5s
        2:12: error[SA202]: number '18446744073709.551615' for `delay_loop` is outside range [0.000001, 18446744073709.551614]
          Counted virtual server delay loop '18446744073709.551615' invalid - ignoring
    delay_loop 99999999999999  =>  60s None None None 5s
        2:12: error[SA202]: number '99999999999999' for `delay_loop` is outside range [0.000001, 18446744073709.551614]
          Counted virtual server delay loop '99999999999999' invalid - ignoring
    delay_loop 1; delay_loop 2  =>  2s None None None 5s
        3:1: warning[SA120]: `delay_loop` is given twice
    retry 0  =>  60s None None None 5s
        2:7: error[SA202]: number '0' for `retry` is outside range [1, 4294967295]
          Counted retry value invalid - 0
    retry 3x  =>  60s None None None 5s
        2:7: error[SA201]: invalid number '3x' for `retry`
          Counted retry value invalid - 3x
    retry 4294967295  =>  60s Some(4294967295) None None 5s
    delay_before_retry 0  =>  60s None Some(0ns) None 5s
    delay_before_retry x  =>  60s None None None 5s
        2:20: error[SA201]: invalid number 'x' for `delay_before_retry`
          Counted invalid number 'x'
    delay_before_retry -1  =>  60s None None None 5s
        2:20: error[SA201]: negative number '-1' for `delay_before_retry`
          Counted virtual server delay before retry '-1' invalid - ignoring
    warmup 0  =>  60s None None Some(0ns) 5s
    warmup 5s  =>  60s None None None 5s
        2:8: error[SA201]: invalid number '5s' for `warmup`
          Counted invalid number '5s'
    connect_timeout 0  =>  60s None None None 5s
        2:17: error[SA202]: number '0' for `connect_timeout` is outside range [0.000001, 4294.967295]
          Counted virtual server connect_timeout 0 invalid - ignoring
    connect_timeout 4295  =>  60s None None None 5s
        2:17: error[SA202]: number '4295' for `connect_timeout` is outside range [0.000001, 4294.967295]
          Counted virtual server connect_timeout 4295 invalid - ignoring
    connect_timeout .5  =>  60s None None None 500ms
    ");
}
