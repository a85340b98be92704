//! Healthy clusters are not blamed.

use stillalive::cluster::table;
use stillalive::diag::{Code, Severity};

use super::{Given, folders};

#[test]
fn healthy_clusters_have_neither_errors_nor_warnings() {
    let folders = folders("healthy");
    assert!(folders.len() >= 10, "{} healthy clusters", folders.len());
    for folder in folders {
        let given = Given::folder(&folder);
        let errors = given.read.iter().filter(|finding| finding.severity == Severity::Error);
        assert_eq!(errors.count(), 0, "{}: {:#?}", folder.display(), given.read);
        let worst = given.findings().iter().map(|finding| finding.severity).max();
        assert!(worst < Some(Severity::Warning), "{}\n{}", folder.display(), given.told());
        for router in given.subject().routers {
            assert_eq!(router.members.len(), given.nodes.len(), "{}", folder.display());
        }
    }
}

/// "Two identical nodes give nothing" but that nobody has chosen the master.
#[test]
fn a_node_beside_its_copy_has_notes_at_most() {
    for text in [
        include_str!("../../testdata/cluster/healthy/master-backup/a.conf"),
        include_str!("../../testdata/cluster/healthy/equal-nopreempt/a.conf"),
        include_str!("../../testdata/cluster/healthy/dual-stack/b.conf"),
        include_str!("../../testdata/cluster/healthy/tracked/a.conf"),
    ] {
        let given = Given::texts(&[("a", text), ("b", text)]);
        let codes: Vec<_> = given.codes().iter().map(|(code, _)| *code).collect();
        let only_equal = codes.iter().all(|code| *code == Code::CLUSTER_EQUAL_PRIORITY);
        assert!(only_equal, "{}", given.told());
    }
}

/// The tables as `check --cluster` prints them.
#[test]
fn tables_tell_who_is_master_when() {
    let mut told = String::new();
    for folder in folders("healthy") {
        let given = Given::folder(&folder);
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        told.push_str(&format!("=== {name}\n"));
        for table in table::tables(&given.subject()) {
            told.push_str(&table::text(&table));
        }
    }
    insta::assert_snapshot!(told);
}
