//! Failover against the real thing: VRRP daemons in network namespaces, ours and keepalived in
//! every combination of roles.
//!
//! Each scenario is a function of the daemons that play the master and the backup. The macro
//! [`roles`] makes four tests of it. The one with keepalived in both roles proves the scenario
//! rather than our daemon; it is ignored by default: run it with
//! `cargo test --test failover -- --ignored`.
//!
//! Most time is waiting: `--test-threads 12` with `LAB_JOBS=12` (labs alive at once, default 6)
//! is several times faster, also on two processors. `--nocapture` prints the measured figures.
//!
//! Bounds: facts are read from the capture's kernel timestamps. What may not happen too early
//! has a bound of the protocol's own time (less 20 ms for the two clocks' rounding), what may
//! not happen too late has half a second more than the protocol's time, for a loaded machine.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stderr)]

#[path = "../lab/mod.rs"]
mod lab;

/// Makes the tests of a scenario, one for each assignment of daemons to roles.
macro_rules! roles {
    ($($name:ident => $scenario:expr;)+) => {$(
        mod $name {
            use super::*;
            use crate::lab::Daemon::{Keepalived, Ours};

            fn run(first: crate::lab::Daemon, second: crate::lab::Daemon) {
                if crate::lab::ready(&[first, second]) {
                    let scenario: fn(crate::lab::Daemon, crate::lab::Daemon) = $scenario;
                    scenario(first, second);
                }
            }

            #[test]
            fn ours_then_keepalived() {
                run(Ours, Keepalived);
            }

            #[test]
            fn keepalived_then_ours() {
                run(Keepalived, Ours);
            }

            #[test]
            fn ours_then_ours() {
                run(Ours, Ours);
            }

            #[test]
            #[ignore = "oracle: proves the scenario, not our daemon"]
            fn keepalived_then_keepalived() {
                run(Keepalived, Keepalived);
            }
        }
    )+};
}

/// Makes the tests of a scenario with one router: ours, and the real one by `--ignored`.
macro_rules! alone {
    ($($name:ident => $scenario:expr;)+) => {$(
        mod $name {
            use super::*;

            fn run(daemon: Daemon) {
                if crate::lab::ready(&[daemon]) {
                    let scenario: fn(Daemon, Daemon) = $scenario;
                    scenario(daemon, daemon);
                }
            }

            #[test]
            fn ours() {
                run(Daemon::Ours);
            }

            #[test]
            #[ignore = "oracle: proves the scenario, not our daemon"]
            fn keepalived() {
                run(Daemon::Keepalived);
            }
        }
    )+};
}

mod announcements;
mod authentication;
mod buffers;
mod control;
mod dumps;
mod election;
mod files;
mod firewall;
mod groups;
mod handover;
mod hostile;
mod interfaces;
mod interference;
mod kernel;
mod killed;
mod links;
mod mail;
mod management;
mod namespace;
mod notifications;
mod options;
mod other_kernels;
mod process;
mod processes;
mod protocol;
mod reload_files;
mod reload_table;
mod replacement;
mod restoring;
mod route_words;
mod routes;
mod scripts;
mod second_master;
mod settings;
mod standing;
mod supervision;
mod takeover;
mod track_groups;
mod tracking;
mod wire;
