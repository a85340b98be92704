//! `/metrics` and `/healthz`: their text, read again as Prometheus reads it, and the names of
//! `docs/metrics.md`.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::time::Duration;

use stillalive::control::Process;
use stillalive::control::health::Question;
use stillalive::control::metrics::{Family, Format, Names, exposition, families};
use stillalive::engine::event::Event;
use stillalive::engine::snapshot::Snapshot;

use crate::stage::Stage;

const FIRST: &str = r"
vrrp_script chk {
    script /bin/chk
    interval 1
}
vrrp_sync_group G {
    group {
        VI_1
    }
}
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    priority 150
    garp_master_delay 3
    track_script {
        chk
    }
    virtual_ipaddress {
        192.0.2.100/32
        192.0.2.101/24 dev eth1
    }
    virtual_ipaddress_excluded {
        192.0.2.102/24
    }
}
vrrp_instance VI_2 {
    interface eth1
    virtual_router_id 52
    priority 50
    virtual_ipaddress {
        198.18.0.100/24
    }
}";

/// Ten seconds of two routers, each the master of one instance.
fn stage() -> Stage {
    let second =
        FIRST.replace("priority 150", "priority 100").replace("priority 50", "priority 150");
    let mut stage = Stage::new(&[FIRST, &second]);
    stage.run(Duration::from_secs(10));
    stage
}

fn snapshot(stage: &Stage) -> Snapshot {
    stage.routers[0].look().0
}

/// Every sample by its name with its labels, as a line has it.
fn samples(engine: &Snapshot, names: Names, format: Format) -> BTreeMap<String, f64> {
    let text = exposition(engine, &Process::default(), &[names], format);
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let (name, value) = line.rsplit_once(' ').unwrap();
            (name.to_owned(), value.parse().unwrap())
        })
        .collect()
}

#[test]
fn our_metrics_tell_of_instances_trackers_and_groups() {
    let engine = snapshot(&stage());
    let samples = samples(&engine, Names::Own, Format::OpenMetrics);
    let one = r#"instance="VI_1",interface="eth0",vrid="51""#;
    let two = r#"instance="VI_2",interface="eth1",vrid="52""#;
    for (name, value) in [
        (format!("stillalive_instance_state{{{one},state=\"MASTER\"}}"), 1.0),
        (format!("stillalive_instance_state{{{one},state=\"BACKUP\"}}"), 0.0),
        (format!("stillalive_instance_state{{{two},state=\"BACKUP\"}}"), 1.0),
        (format!("stillalive_instance_addresses_held{{{one}}}"), 1.0),
        (format!("stillalive_instance_addresses{{{one}}}"), 3.0),
        (format!("stillalive_instance_drained{{{one}}}"), 0.0),
        (format!("stillalive_instance_priority{{{one}}}"), 150.0),
        (format!("stillalive_instance_master_priority{{{two}}}"), 150.0),
        (format!("stillalive_became_master_total{{{one}}}"), 1.0),
        (format!("stillalive_near_failovers_total{{{two}}}"), 0.0),
        (format!("stillalive_second_masters_total{{{one}}}"), 0.0),
        (format!("stillalive_packet_errors_total{{{one},reason=\"ttl\"}}"), 0.0),
        (r#"stillalive_group_state{group="G",state="MASTER"}"#.to_owned(), 1.0),
        (r#"stillalive_tracker_up{kind="script",name="chk"}"#.to_owned(), 1.0),
        (r#"stillalive_script_success{name="chk"}"#.to_owned(), 1.0),
        (r#"stillalive_reloads_total{result="refused"}"#.to_owned(), 0.0),
        ("stillalive_stalls_total".to_owned(), 0.0),
    ] {
        assert_eq!(samples.get(&name), Some(&value), "{name}: {:#?}", engine.trackers);
    }
    let heard = samples[&format!("stillalive_adverts_received_total{{{two}}}")];
    let silences: f64 = (0..10)
        .map(|tenth| {
            samples[&format!("stillalive_advert_silences_total{{{two},tenth=\"{tenth}\"}}")]
        })
        .sum();
    assert!(heard > 5.0 && silences > 0.0 && silences <= heard, "{heard} {silences}");
}

#[test]
fn a_long_silence_of_a_living_master_is_a_near_failover() {
    let mut engine = snapshot(&stage());
    let tenths = &mut engine.instances[1].statistics.nearness.tenths;
    *tenths = [0; 10];
    (tenths[6], tenths[7], tenths[9]) = (4, 1, 2);
    let samples = samples(&engine, Names::Own, Format::Prometheus);
    let two = r#"instance="VI_2",interface="eth1",vrid="52""#;
    assert_eq!(samples[&format!("stillalive_near_failovers_total{{{two}}}")], 3.0);
}

#[test]
fn a_refused_configuration_is_counted() {
    let mut stage = stage();
    stage.tell(0, Event::ReloadRefused);
    let samples = samples(&snapshot(&stage), Names::Own, Format::Prometheus);
    assert_eq!(samples[r#"stillalive_reloads_total{result="refused"}"#], 1.0);
    assert_eq!(samples["stillalive_last_reload_successful"], 0.0);
}

#[test]
fn the_exporters_names_and_labels_are_kept() {
    let engine = snapshot(&stage());
    let mehdy = samples(&engine, Names::Mehdy, Format::Prometheus);
    for (name, value) in [
        ("keepalived_up", 1.0),
        (
            r#"keepalived_vrrp_state{iname="VI_1",intf="eth0",vrid="51",ip_address="192.0.2.100"}"#,
            2.0,
        ),
        (
            r#"keepalived_vrrp_state{iname="VI_1",intf="eth1",vrid="51",ip_address="192.0.2.101/24"}"#,
            2.0,
        ),
        (
            r#"keepalived_vrrp_excluded_state{iname="VI_1",intf="eth0",vrid="51",ip_address="192.0.2.102/24"}"#,
            2.0,
        ),
        (
            r#"keepalived_vrrp_state{iname="VI_2",intf="eth1",vrid="52",ip_address="198.18.0.100/24"}"#,
            1.0,
        ),
        (r#"keepalived_gratuitous_arp_delay_total{iname="VI_1",intf="eth0",vrid="51"}"#, 3.0),
        (r#"keepalived_become_master_total{iname="VI_1",intf="eth0",vrid="51"}"#, 1.0),
        (r#"keepalived_script_status{name="chk"}"#, 1.0),
        (r#"keepalived_script_state{name="chk"}"#, 0.0),
    ] {
        assert_eq!(mehdy.get(name), Some(&value), "{name}");
    }
    let gen2brain = samples(&engine, Names::Gen2brain, Format::Prometheus);
    let one = r#"{iname="VI_1",intf="eth0",vrid="51"}"#;
    let sent = |name: &str| format!("{name}{one}");
    assert_eq!(
        gen2brain[&sent("keepalived_vrrp_advert_sent")],
        mehdy[&sent("keepalived_advertisements_sent_total")]
    );
}

#[test]
fn both_formats_say_the_same_and_declare_every_name_once() {
    let engine = snapshot(&stage());
    for names in Names::ALL {
        let both = [Format::Prometheus, Format::OpenMetrics];
        let [first, second] = both.map(|format| samples(&engine, names, format));
        assert_eq!(first, second);
        assert!(!first.is_empty());
    }
    let all = exposition(&engine, &Process::default(), &Names::ALL, Format::OpenMetrics);
    assert!(all.ends_with("# EOF\n"));
    let declared: Vec<_> = all.lines().filter(|line| line.starts_with("# TYPE ")).collect();
    let names: std::collections::BTreeSet<_> = declared.iter().collect();
    assert_eq!(declared.len(), names.len());
}

#[test]
fn odd_names_are_escaped() {
    let mut engine = snapshot(&stage());
    engine.instances[0].name = "a\"b\\c\nd".to_owned();
    let text = exposition(&engine, &Process::default(), &[Names::Own], Format::Prometheus);
    assert!(text.contains(r#"instance="a\"b\\c\nd""#));
}

#[test]
fn a_thousand_instances_are_written_in_one_answer() {
    let many: String = (1..=250)
        .map(|vrid| {
            format!(
                "vrrp_instance V{vrid} {{\ninterface eth0\nvirtual_router_id {vrid}\n\
                 virtual_ipaddress {{\n10.0.0.{vrid}\n}}\n}}\n"
            )
        })
        .collect();
    let stage = Stage::new(&[&many]);
    let engine = snapshot(&stage);
    let samples = samples(&engine, Names::Own, Format::OpenMetrics);
    let states = samples.keys().filter(|name| name.starts_with("stillalive_instance_state{"));
    assert_eq!(states.count(), 1_000);
}

fn health(engine: &Snapshot, instances: &[&str], master: bool) -> String {
    let instances = instances.iter().map(ToString::to_string).collect();
    match (Question { instances, master }).answer(engine) {
        Ok(()) => "well".to_owned(),
        Err(wrong) => wrong.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "),
    }
}

#[test]
fn health_is_about_faults_and_about_masters_where_one_is_asked_for() {
    let mut stage = stage();
    let engine = snapshot(&stage);
    assert_eq!(health(&engine, &[], false), "well");
    assert_eq!(health(&engine, &["VI_1"], true), "well");
    assert_eq!(health(&engine, &[], true), "VI_2 is BACKUP, not MASTER");
    assert_eq!(health(&engine, &["VI_3"], false), "no instance is called VI_3");
    stage.link(0, "eth0", false);
    let engine = snapshot(&stage);
    assert_eq!(health(&engine, &[], false), "VI_1 is in FAULT: interface eth0 down");
    assert_eq!(health(&engine, &["VI_2"], false), "well");
}

/// The tables of the documentation.
fn tables() -> String {
    let stage = stage();
    let engine = snapshot(&stage);
    let mut text = String::new();
    for (names, title) in [
        (Names::Own, "Ours (`stillalive`)"),
        (Names::Mehdy, "mehdy/keepalived-exporter (`mehdy`)"),
        (Names::Gen2brain, "gen2brain/keepalived_exporter (`gen2brain`)"),
    ] {
        let _ = writeln!(text, "\n### {title}\n\n| Name | Type | Labels | What it says |");
        let _ = writeln!(text, "| --- | --- | --- | --- |");
        for Family { name, kind, labels, help, .. } in families(&engine, &Process::default(), names)
        {
            let (kind, labels) = (kind.name(), labels.join(", "));
            let _ = writeln!(text, "| `{name}` | {kind} | {labels} | {help} |");
        }
    }
    text
}

#[test]
fn the_documentation_lists_every_name() {
    const BEGIN: &str =
        "<!-- Made by tests/dumps/metrics.rs: UPDATE_DOCS=1 cargo test --test dumps -->\n";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/metrics.md");
    let there = std::fs::read_to_string(&path).unwrap();
    let (head, _) = there.split_once(BEGIN).expect("docs/metrics.md has its mark");
    let wanted = format!("{head}{BEGIN}{}", tables());
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &wanted).unwrap();
    } else {
        assert!(there == wanted, "docs/metrics.md is not what the program says");
    }
}
