//! What an instance tracks: lines of `track_*`, names that must be defined above, weights that
//! owners and sync groups take away.

use super::{Outcome, bare, file_with, understood};
use crate::ir::{Instance, Tracking};

/// An object of each kind, to be tracked.
const OBJECTS: &str = "vrrp_script s1 {\nscript /bin/true\n}\n\
    vrrp_script s2 {\nscript /bin/true\nweight 5\n}\n\
    track_file f1 {\nfile /run/f\n}\nvrrp_track_process p1 {\nprocess sh\n}\n\
    bfd_instance b1 {\nneighbor_ip 10.0.0.5\n}\n";

fn shown(instance: &Instance) -> String {
    let Tracking { interfaces, scripts, files, processes, bfds } = &instance.tracking;
    let interfaces = interfaces.iter().map(|track| bare(&track.value));
    let others = [scripts, files, processes, bfds].into_iter().flatten();
    let all: Vec<_> = interfaces.chain(others.map(|track| bare(&track.value))).collect();
    all.join(" ").replace("Track { name: ", "{").replace(" }", "}")
}

/// Each row of statements below the objects, with what is tracked, the status of `-t`, and the
/// findings.
fn table(rows: &[&str]) -> String {
    let mut out = String::new();
    for row in rows {
        out.push_str(&row_of(row, &understood(&format!("{OBJECTS}{}", file_with(row)))));
    }
    out
}

fn row_of(row: &str, outcome: &Outcome) -> String {
    let shown = outcome.config.instances.first().map_or("-".to_owned(), |it| shown(it));
    let mut out = format!("{row}  =>  {shown}  [{}]\n", outcome.status);
    for finding in outcome.findings.iter().filter(|finding| !finding.contains("SA114")) {
        out.push_str(&format!("    {finding}\n"));
    }
    out
}

#[test]
fn interfaces_have_weights_of_their_own() {
    let rows = [
        "track_interface {; eth1; }",
        "track_interface {; eth1 weight 5; }",
        "track_interface {; eth1 weight 5 reverse; }",
        "track_interface {; eth1 weight 5 noreverse; }",
        "track_interface {; eth1 weight 5 foo; }",
        "track_interface {; eth1 weight 254; }",
        "track_interface {; eth1 weight 255; }",
        "track_interface {; eth1 weight -254; }",
        "track_interface {; eth1 weight x; }",
        "track_interface {; eth1 weight; }",
        "track_interface {; eth1 foo; }",
        "track_interface {; eth1 weight 5 reverse foo; }",
        "track_interface {; eth1; eth1; }",
        "track_interface {; eth0; }",
        "track_interface {; }",
    ];
    insta::assert_snapshot!(table(&rows), @"
    track_interface {; eth1; }  =>  {eth1, weight: None, reverse: None}  [0]
    track_interface {; eth1 weight 5; }  =>  {eth1, weight: Some(5), reverse: None}  [0]
    track_interface {; eth1 weight 5 reverse; }  =>  {eth1, weight: Some(5), reverse: Some(true)}  [0]
    track_interface {; eth1 weight 5 noreverse; }  =>  {eth1, weight: Some(5), reverse: None}  [5]
        19:15: error[SA233]: (V) unknown track_interface eth1 weight option noreverse - ignoring
    track_interface {; eth1 weight 5 foo; }  =>  {eth1, weight: Some(5), reverse: None}  [5]
        19:15: error[SA233]: (V) unknown track_interface eth1 weight option foo - ignoring
    track_interface {; eth1 weight 254; }  =>  {eth1, weight: Some(253), reverse: None}  [5]
        19:13: error[SA202]: (V) weight for eth1 cannot be +/-254. Setting to +/-253
    track_interface {; eth1 weight 255; }  =>  {eth1, weight: None, reverse: None}  [5]
        19:13: error[SA202]: (V) weight 255 for eth1 must be between [-253..253] inclusive. Ignoring...
    track_interface {; eth1 weight -254; }  =>  {eth1, weight: Some(-253), reverse: None}  [5]
        19:13: error[SA202]: (V) weight for eth1 cannot be +/-254. Setting to +/-253
    track_interface {; eth1 weight x; }  =>  {eth1, weight: None, reverse: None}  [5]
        19:13: error[SA202]: (V) weight x for eth1 must be between [-253..253] inclusive. Ignoring...
    track_interface {; eth1 weight; }  =>    [5]
        19:6: error[SA233]: (V) weight without value specified for track_interface eth1 - ignoring
    track_interface {; eth1 foo; }  =>    [5]
        19:6: error[SA233]: (V) unknown track_interface eth1 option foo - ignoring
    track_interface {; eth1 weight 5 reverse foo; }  =>  {eth1, weight: Some(5), reverse: Some(true)}  [0]
        19:23: warning[SA116]: extra words in `track_interface`
    track_interface {; eth1; eth1; }  =>  {eth1, weight: None, reverse: None}  [5]
        20:1: error[SA234]: (V) duplicate track_interface eth1 - ignoring
    track_interface {; eth0; }  =>    [5]
        19:1: error[SA235]: (V) Ignoring track_interface eth0 since own interface
    track_interface {; }  =>    [0]
    ");
}

#[test]
fn scripts_may_take_a_reverse_back() {
    let rows = [
        "track_script {; s1; }",
        "track_script {; s1 weight 5; }",
        "track_script {; s1 weight 5 reverse; }",
        "track_script {; s1 weight 5 noreverse; }",
        "track_script {; s1 weight 5 foo; }",
        "track_script {; s1 weight 254; }",
        "track_script {; s1 weight 255; }",
        "track_script {; s1 weight -254; }",
        "track_script {; s1 weight x; }",
        "track_script {; s1 weight; }",
        "track_script {; s1 foo; }",
        "track_script {; s1; s1; }",
        "track_script {; }",
    ];
    insta::assert_snapshot!(table(&rows), @r#"
    track_script {; s1; }  =>  {"s1", weight: None, reverse: None}  [0]
    track_script {; s1 weight 5; }  =>  {"s1", weight: Some(5), reverse: None}  [0]
    track_script {; s1 weight 5 reverse; }  =>  {"s1", weight: Some(5), reverse: Some(true)}  [0]
    track_script {; s1 weight 5 noreverse; }  =>  {"s1", weight: Some(5), reverse: Some(false)}  [0]
    track_script {; s1 weight 5 foo; }  =>  {"s1", weight: Some(5), reverse: None}  [5]
        19:13: error[SA233]: (V) unknown track script s1 weight option foo - ignoring
    track_script {; s1 weight 254; }  =>  {"s1", weight: Some(253), reverse: None}  [5]
        19:11: error[SA202]: (V) weight for s1 cannot be +/-254. Setting to +/-253
    track_script {; s1 weight 255; }  =>  {"s1", weight: None, reverse: None}  [5]
        19:11: error[SA202]: (V) track script s1: weight must be between [-253..253] inclusive, ignoring...
    track_script {; s1 weight -254; }  =>  {"s1", weight: Some(-253), reverse: None}  [5]
        19:11: error[SA202]: (V) weight for s1 cannot be +/-254. Setting to +/-253
    track_script {; s1 weight x; }  =>  {"s1", weight: None, reverse: None}  [5]
        19:11: error[SA202]: (V) track script s1: weight must be between [-253..253] inclusive, ignoring...
    track_script {; s1 weight; }  =>    [5]
        19:4: error[SA233]: (V) weight without value specified for track script s1 - ignoring
    track_script {; s1 foo; }  =>    [5]
        19:4: error[SA233]: (V) unknown track script option foo - ignoring
    track_script {; s1; s1; }  =>  {"s1", weight: None, reverse: None}  [5]
        20:1: error[SA234]: (V) duplicate track_script s1 - ignoring
    track_script {; }  =>    [0]
    "#);
}

#[test]
fn files_and_processes_count_further() {
    let rows = [
        "track_file {; f1; }",
        "track_file {; f1 weight 5; }",
        "track_file {; f1 weight 5 reverse; }",
        "track_file {; f1 weight 5 foo; }",
        "track_file {; f1 weight 254; }",
        "track_file {; f1 weight 255; }",
        "track_file {; f1 weight x; }",
        "track_file {; f1 weight; }",
        "track_file {; f1 foo; }",
        "track_file {; f1; f1; }",
        "track_file {; }",
    ];
    insta::assert_snapshot!(table(&rows), @r#"
    track_file {; f1; }  =>  {"f1", weight: None, reverse: None}  [0]
    track_file {; f1 weight 5; }  =>  {"f1", weight: Some(5), reverse: None}  [0]
    track_file {; f1 weight 5 reverse; }  =>  {"f1", weight: Some(5), reverse: Some(true)}  [0]
    track_file {; f1 weight 5 foo; }  =>    [5]
        19:13: error[SA233]: (V) unknown track file f1 weight option foo - ignoring
    track_file {; f1 weight 254; }  =>  {"f1", weight: Some(254), reverse: None}  [0]
    track_file {; f1 weight 255; }  =>  {"f1", weight: None, reverse: None}  [5]
        19:11: error[SA202]: (V) weight for track file f1 must be in [-254..254] inclusive. Ignoring...
    track_file {; f1 weight x; }  =>  {"f1", weight: None, reverse: None}  [5]
        19:11: error[SA202]: (V) weight for track file f1 must be in [-254..254] inclusive. Ignoring...
    track_file {; f1 weight; }  =>    [5]
        19:4: error[SA233]: (V) weight without value specified for track file f1 - ignoring
    track_file {; f1 foo; }  =>    [5]
        19:4: error[SA233]: (V) unknown track file option foo - ignoring
    track_file {; f1; f1; }  =>  {"f1", weight: None, reverse: None}  [5]
        20:1: error[SA234]: (V) duplicate track_file f1 - ignoring
    track_file {; }  =>    [0]
    "#);
}

#[test]
fn processes() {
    let rows = [
        "track_process {; p1; }",
        "track_process {; p1 weight 5; }",
        "track_process {; p1 weight 5 reverse; }",
        "track_process {; p1 weight 5 foo; }",
        "track_process {; p1 weight 254; }",
        "track_process {; p1 weight 255; }",
        "track_process {; p1 weight; }",
        "track_process {; p1 foo; }",
        "track_process {; p1; p1; }",
    ];
    insta::assert_snapshot!(table(&rows), @r#"
    track_process {; p1; }  =>  {"p1", weight: None, reverse: None}  [0]
    track_process {; p1 weight 5; }  =>  {"p1", weight: Some(5), reverse: None}  [0]
    track_process {; p1 weight 5 reverse; }  =>  {"p1", weight: Some(5), reverse: Some(true)}  [0]
    track_process {; p1 weight 5 foo; }  =>  {"p1", weight: Some(5), reverse: None}  [5]
        19:13: error[SA233]: (V) unknown track process p1 weight option foo - ignoring
    track_process {; p1 weight 254; }  =>  {"p1", weight: Some(254), reverse: None}  [0]
    track_process {; p1 weight 255; }  =>  {"p1", weight: None, reverse: None}  [5]
        19:11: error[SA202]: (V) weight for track process p1 must be in [-254..254] inclusive. Ignoring...
    track_process {; p1 weight; }  =>    [5]
        19:4: error[SA233]: (V) weight without value specified for track process p1 - ignoring
    track_process {; p1 foo; }  =>    [5]
        19:4: error[SA233]: (V) unknown track process option foo - ignoring
    track_process {; p1; p1; }  =>  {"p1", weight: None, reverse: None}  [5]
        20:1: error[SA234]: (V) duplicate track_process p1 - ignoring
    "#);
}

#[test]
fn bfd_sessions() {
    let rows = [
        "track_bfd {; b1; }",
        "track_bfd {; b1 weight 5; }",
        "track_bfd {; b1 weight 5 reverse; }",
        "track_bfd {; b1 weight 5 foo; }",
        "track_bfd {; b1 weight 253; }",
        "track_bfd {; b1 weight 254; }",
        "track_bfd {; b1 weight; }",
        "track_bfd {; b1 foo; }",
        "track_bfd {; b1; b1; }",
    ];
    insta::assert_snapshot!(table(&rows), @r#"
    track_bfd {; b1; }  =>  {"b1", weight: None, reverse: None}  [0]
    track_bfd {; b1 weight 5; }  =>  {"b1", weight: Some(5), reverse: None}  [0]
    track_bfd {; b1 weight 5 reverse; }  =>  {"b1", weight: Some(5), reverse: Some(true)}  [0]
    track_bfd {; b1 weight 5 foo; }  =>    [5]
        19:13: error[SA233]: (V) unknown track bfd b1 weight option foo - ignoring
    track_bfd {; b1 weight 253; }  =>  {"b1", weight: Some(253), reverse: None}  [0]
    track_bfd {; b1 weight 254; }  =>  {"b1", weight: None, reverse: None}  [5]
        19:11: error[SA202]: (V) weight for track bfd b1 must be in [-253..253] inclusive. Ignoring...
    track_bfd {; b1 weight; }  =>    [5]
        19:4: error[SA233]: (V) weight without value specified for track bfd b1 - ignoring
    track_bfd {; b1 foo; }  =>    [5]
        19:4: error[SA233]: (V) unknown track bfd b1 option foo - ignoring
    track_bfd {; b1; b1; }  =>  {"b1", weight: None, reverse: None}  [5]
        20:1: error[SA234]: (V) duplicate track_bfd b1 - ignoring
    "#);
}

#[test]
fn an_owner_keeps_its_priority() {
    let rows = [
        "priority 255; track_interface {; eth1 weight 5; }",
        "priority 255; track_script {; s1 weight 5; }",
        "priority 255; track_file {; f1 weight 5; }",
        "priority 255; track_file {; f1; }",
        "priority 255; track_process {; p1 weight 5; }",
        "priority 255; track_bfd {; b1 weight 5; }",
    ];
    insta::assert_snapshot!(table(&rows), @r#"
    priority 255; track_interface {; eth1 weight 5; }  =>    [5]
        20:1: error[SA235]: (V) ignoring eth1 tracked interface due to address owner
    priority 255; track_script {; s1 weight 5; }  =>    [5]
        20:1: error[SA235]: (V) ignoring tracked script s1 with weights due to address_owner
    priority 255; track_file {; f1 weight 5; }  =>    [5]
        20:1: error[SA235]: (V) ignoring tracked file f1 with weight 5 due to address_owner
    priority 255; track_file {; f1; }  =>  {"f1", weight: Some(0), reverse: None}  [5]
        20:1: error[SA235]: (V) ignoring weight from tracked file f1 due to address_owner. specify weight 0
    priority 255; track_process {; p1 weight 5; }  =>  {"p1", weight: Some(5), reverse: None}  [0]
    priority 255; track_bfd {; b1 weight 5; }  =>    [5]
        20:1: error[SA235]: (V) ignoring tracked bfd b1 with weight 5 due to address_owner
    "#);
}

#[test]
fn only_what_stands_above_can_be_tracked() {
    let rows = [
        "track_script {; nosuch; }",
        "track_script {; S1; }",
        "track_file {; nosuch; }",
        "track_process {; nosuch; }",
        "track_bfd {; nosuch; }",
    ];
    insta::assert_snapshot!(table(&rows), @"
    track_script {; nosuch; }  =>    [5]
        19:1: error[SA232]: (V) track script nosuch not found, ignoring...
    track_script {; S1; }  =>    [5]
        19:1: error[SA232]: (V) track script S1 not found, ignoring...
    track_file {; nosuch; }  =>    [5]
        19:1: error[SA232]: (V) track file nosuch not found, ignoring...
    track_process {; nosuch; }  =>    [5]
        19:1: error[SA232]: (V) track process nosuch not found, ignoring...
    track_bfd {; nosuch; }  =>    [5]
        19:1: error[SA232]: (V) track bfd nosuch not found, ignoring...
    ");
    let below = format!("{}{OBJECTS}", file_with("track_script {; s1; }"));
    insta::assert_snapshot!(row_of("below", &understood(&below)), @"
    below  =>    [5]
        3:1: error[SA232]: (V) track script s1 not found, ignoring...
    ");
    let empty = format!("vrrp_script s {{\n}}\n{}", file_with("track_script {; s; }"));
    insta::assert_snapshot!(row_of("without a script", &understood(&empty)), @"
    without a script  =>    [5]
        2:1: error[SA215]: vrrp_script `s` names no program
        5:1: error[SA232]: (V) track script s not found, ignoring...
    ");
}

#[test]
fn a_sync_group_takes_weights_away_unless_it_counts_them() {
    let tracks = "track_script {; s1; s2; }; track_interface {; eth1 weight 4; eth2; }; \
        track_file {; f1; }; track_bfd {; b1 weight 4; }; track_process {; p1 weight 3; }";
    for group in ["", "sync_group_tracking_weight\n", "global_tracking\n"] {
        let text = format!(
            "{OBJECTS}{}vrrp_sync_group G {{\ngroup {{\nV\n}}\n{group}}}\n",
            file_with(tracks)
        );
        let shown = row_of(group.trim(), &understood(&text));
        match group {
            "" => insta::assert_snapshot!(shown, @r#"
            =>  {eth1, weight: Some(4), reverse: None} {eth2, weight: None, reverse: None} {"s1", weight: None, reverse: None} {"f1", weight: Some(0), reverse: None} {"p1", weight: Some(3), reverse: None}  [5]
              20:1: error[SA235]: (V) ignoring tracked script s2 with weights due to SYNC group
              23:1: error[SA235]: (V) ignoring eth1 tracked interface weight due to SYNC group
              27:1: error[SA235]: (V) ignoring weight from tracked file f1 due to SYNC group. specify weight 0
              30:1: error[SA235]: (V) ignoring tracked bfd b1 with weight 4 due to SYNC group
              41:17: warning[SA214]: sync group `G` has a single member
            "#),
            "global_tracking\n" => assert!(shown.contains(r#"{"b1", weight: Some(4)"#), "{shown}"),
            _ => {
                insta::assert_snapshot!(shown, @r#"
                sync_group_tracking_weight  =>  {eth1, weight: Some(4), reverse: None} {eth2, weight: None, reverse: None} {"s1", weight: None, reverse: None} {"s2", weight: None, reverse: None} {"f1", weight: None, reverse: None} {"p1", weight: Some(3), reverse: None} {"b1", weight: Some(4), reverse: None}  [5]
                    41:17: warning[SA214]: sync group `G` has a single member
                "#)
            }
        }
    }
}
