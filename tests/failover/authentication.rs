//! Adverts with an authentication header, and with a signed trailer.

use std::net::Ipv4Addr;
use std::time::Duration;

use nix::sys::signal::Signal;

use crate::lab::{Daemon, Lab, Sender, now, pseudo_header_checksum, ready};
use crate::protocol::{ELECTION, LATE, Timing, addresses, assert_silent, assert_time, start_pair};

const VIPS: [&str; 1] = ["10.77.0.50"];

fn configuration(priority: u8, options: &str) -> String {
    format!(
        "vrrp_instance V1 {{
            interface eth0
            virtual_router_id 51
            priority {priority}
            advert_int 1
            {options}
            virtual_ipaddress {{
                10.77.0.50
            }}
        }}"
    )
}

fn header(password: &str) -> String {
    format!("authentication {{\n auth_type AH\n auth_pass {password}\n }}")
}

/// The master is killed, the backup takes over, the master comes back and preempts.
fn takeover_and_back(timing: Timing, options: &str, master: Daemon, backup: Daemon) {
    let lab = Lab::new(2);
    let vips = addresses(&VIPS);
    let (better, lesser) = (configuration(150, options), configuration(100, options));
    let (mut first, mut second) = start_pair(&lab, (master, &better), (backup, &lesser));
    lab.wait_for_owners(&vips, &[1], ELECTION);
    assert_silent(&lab, 2, Duration::ZERO);

    let killed = now();
    first.crash();
    let (taken, _) = lab.capture().wait_for_advert(2, killed, ELECTION, |_| true);
    let last = lab.capture().last_advert(1);
    assert_time("takeover after the last advert", taken - last, timing.master_down(100));
    lab.wait_for_owners(&vips, &[1, 2], ELECTION);

    let started = now();
    let mut again = lab.start(1, master, &better);
    let (back, advert) = lab.capture().wait_for_advert(1, started, ELECTION, |_| true);
    assert_eq!(advert.priority(), 150);
    second.wait_for_log("Entering BACKUP STATE", 2, LATE);
    lab.wait_for_owners(&vips, &[1], ELECTION);
    let settled = back + LATE;
    lab.capture().wait_for_advert(1, settled + timing.interval(), ELECTION, |_| true);
    assert_silent(&lab, 2, settled);

    again.terminate(ELECTION);
    let resigned = lab.capture().last_advert(1);
    let (led, _) = lab.capture().wait_for_advert(2, resigned, ELECTION, |_| true);
    assert_time("takeover after priority 0", led - resigned, timing.skew(100));
    second.assert_alive();
}

/// With different passwords nobody hears the other: both lead, and say why.
fn other_password(one: Daemon, other: Daemon) {
    let lab = Lab::new(2);
    let first = lab.start(1, one, &configuration(150, &header("letmein")));
    let second = lab.start(2, other, &configuration(100, &header("sesame")));
    let text =
        "(V1) IPSEC-AH : invalid IPSEC HMAC-MD5 value. Due to fields mutation or bad password !";
    first.wait_for_log(text, 1, 2 * ELECTION);
    second.wait_for_log(text, 1, 2 * ELECTION);
    lab.wait_for_owners(&addresses(&VIPS), &[1, 2], ELECTION);
}

const SIGNED: &str = "version 3
            auth_hmac {
                key 2 abcdefghijklmnopqrstuvwxyz0123456789
                active_key 2
            }";

#[test]
fn signed_adverts_carry_a_takeover_and_back() {
    if ready(&[Daemon::Ours]) {
        takeover_and_back(Timing::V3(100), SIGNED, Daemon::Ours, Daemon::Ours);
    }
}

/// Unsigned, and signed by somebody else: neither makes a master yield.
#[test]
fn forged_adverts_do_not_unseat_a_master_that_signs() {
    if !ready(&[Daemon::Ours]) {
        return;
    }
    let lab = Lab::new(3);
    let mut router = lab.start(1, Daemon::Ours, &configuration(100, SIGNED));
    let (_, advert) = lab.capture().wait_for_advert(1, Duration::ZERO, ELECTION, |_| true);
    assert_eq!(advert.payload.len(), 12 + 28, "the trailer");
    assert_eq!(advert.payload[12..16], [1, 2, 0, 0], "type and key");

    let sender = Sender::new(lab.host(3));
    let group = Ipv4Addr::new(224, 0, 0, 18);
    let mut forged = advert.payload.clone();
    forged[2] = 200;
    forged[6..8].fill(0);
    let checksum = pseudo_header_checksum(sender.source().into(), group.into(), &forged[..12]);
    forged[6..8].copy_from_slice(&checksum.to_be_bytes());
    sender.send(group, 255, &forged[..12]);
    router.wait_for_log("auth_hmac: advert from 10.77.0.3 refused: it is not signed", 1, LATE);
    sender.send(group, 255, &forged);
    router.wait_for_log("refused: its signature is wrong", 1, LATE);
    let mut unknown = forged;
    unknown[13] = 7;
    sender.send(group, 255, &unknown);
    router.wait_for_log("refused: there is no key 7", 1, LATE);

    let after = now();
    lab.capture().wait_for_advert(1, after, LATE + Timing::V3(100).interval(), |_| true);
    lab.wait_for_owners(&addresses(&VIPS), &[1], ELECTION);
    assert_eq!(router.logged("Entering BACKUP STATE"), 1);
    router.assert_alive();
}

/// A key from a file works, over IPv6 and unicast too.
#[test]
fn a_key_from_a_file_signs_over_ipv6() {
    if !ready(&[Daemon::Ours]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");
    std::fs::write(&path, "hex:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n")
        .unwrap();
    let text = |priority: u8| {
        format!(
            "vrrp_instance V1 {{
                interface eth0
                virtual_router_id 51
                priority {priority}
                auth_hmac {{
                    key 1 file:{}
                    active_key 1
                }}
                virtual_ipaddress {{
                    fe80::50/64
                }}
            }}",
            path.display()
        )
    };
    let lab = Lab::new(2);
    let (mut first, mut second) =
        start_pair(&lab, (Daemon::Ours, &text(150)), (Daemon::Ours, &text(100)));
    assert_eq!(first.logged("can be used by others"), 1);
    lab.wait_for_owners(&addresses(&["fe80::50"]), &[1], ELECTION);
    assert_silent(&lab, 2, Duration::ZERO);
    first.assert_alive();
    second.assert_alive();
}

/// Nobody runs unsigned because a file is gone: not after a start, and not after a reload.
#[test]
fn without_the_file_of_its_active_key_an_instance_does_not_run() {
    if !ready(&[Daemon::Ours]) {
        return;
    }
    let lab = Lab::new(1);
    let path = lab.directory().join("key");
    let signed = format!(
        "version 3
            auth_hmac {{
                key 1 file:{}
                active_key 1
            }}",
        path.display()
    );
    let mut keyless = lab.start(1, Daemon::Ours, &configuration(100, &signed));
    keyless.wait_for_log("key 1 cannot be read from", 1, ELECTION);
    assert_eq!(keyless.wait_for_end(ELECTION).code(), Some(2));
    assert_eq!(lab.capture().adverts(1).len(), 0);

    std::fs::write(&path, "abcdefghijklmnopqrstuvwxyz0123456789").unwrap();
    let mut router = lab.start(1, Daemon::Ours, &configuration(100, &signed));
    lab.wait_for_owners(&addresses(&VIPS), &[1], 2 * ELECTION);
    std::fs::remove_file(&path).unwrap();
    router.signal(Signal::SIGHUP);
    router.wait_for_log("New configuration refused", 1, ELECTION);
    let after = now();
    let (_, advert) = lab.capture().wait_for_advert(1, after, ELECTION, |_| true);
    assert_eq!(advert.payload.len(), 12 + 28, "still signed");
    router.assert_alive();
}

/// A router of version 3 with a signed trailer.
fn signing(priority: u8, more: &str) -> String {
    let key = "abcdefghijklmnopqrstuvwxyz0123456789";
    let trailer = format!("auth_hmac {{\n key 1 {key}\n active_key 1\n {more}\n }}");
    configuration(priority, &format!("version 3\n {trailer}"))
}

/// A backup that signs hears a better master that does not, or not, as its mode says.
#[test]
fn unsigned_adverts_count_as_the_mode_says() {
    if !ready(&[Daemon::Ours]) {
        return;
    }
    let runs = [("enforce", true), ("permissive", false), ("receive-only", false)].map(|it| {
        std::thread::spawn(move || {
            let (mode, leads) = it;
            let lab = Lab::new(2);
            let mut master = lab.start(1, Daemon::Ours, &configuration(200, "version 3"));
            lab.wait_for_owners(&addresses(&VIPS), &[1], ELECTION);
            let text = signing(100, &format!("mode {mode}"));
            let mut backup = lab.start(2, Daemon::Ours, &text);
            backup.wait_for_log("Entering BACKUP STATE", 1, ELECTION);
            std::thread::sleep(Timing::V3(100).master_down(100) + LATE);
            assert_eq!(backup.logged("Entering MASTER STATE") > 0, leads, "{mode}");
            master.assert_alive();
            backup.assert_alive();
        })
    });
    runs.into_iter().for_each(|run| run.join().unwrap());
}

/// Adverts of a master that is gone are played back to a backup that has just started: it believes
/// them as long as they are young enough, or for their growing numbers.
#[test]
fn recorded_adverts_count_as_long_as_they_are_young_enough() {
    if !ready(&[Daemon::Ours]) {
        return;
    }
    let recorded: Vec<Vec<u8>> = {
        let lab = Lab::new(1);
        let _master = lab.start(1, Daemon::Ours, &signing(200, ""));
        lab.capture().wait("seven adverts", 2 * ELECTION, |observations| {
            (observations.iter().filter_map(|o| o.advert_of(1)).count() >= 7).then_some(())
        });
        lab.capture().adverts(1).into_iter().map(|(_, advert)| advert.payload).collect()
    };
    std::thread::sleep(Duration::from_secs(3));
    let cases = [
        ("time_window 2", true),
        ("anti_replay time\n time_window 120", false),
        ("anti_replay monotonic", false),
    ];
    let runs = cases.map(|(words, leads)| {
        let recorded = recorded.clone();
        std::thread::spawn(move || {
            let lab = Lab::new(2);
            let mut backup = lab.start(2, Daemon::Ours, &signing(100, words));
            backup.wait_for_log("Entering BACKUP STATE", 1, ELECTION);
            let sender = Sender::new(lab.host(1));
            for advert in &recorded {
                sender.send(Ipv4Addr::new(224, 0, 0, 18), 255, advert);
                std::thread::sleep(Duration::from_millis(900));
            }
            assert_eq!(backup.logged("Entering MASTER STATE") > 0, leads, "{words}");
            // Whoever has believed them believes none twice.
            for advert in &recorded {
                sender.send(Ipv4Addr::new(224, 0, 0, 18), 255, advert);
                std::thread::sleep(Duration::from_millis(900));
            }
            assert_eq!(backup.logged("Entering MASTER STATE"), 1, "{words}");
            backup.assert_alive();
        })
    });
    runs.into_iter().for_each(|run| run.join().unwrap());
}

roles! {
    authentication_header_takeover_and_back => |master, backup| {
        takeover_and_back(Timing::V2(1), &header("letmein99"), master, backup);
    };
    authentication_header_with_another_password => other_password;
}
