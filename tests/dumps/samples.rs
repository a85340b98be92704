//! Beside keepalived 2.4.3: what it wrote for a configuration, we write for the same one, line by
//! line. Of each dump only times, descriptors and what is of that one host are left out.
//!
//! The samples lie beside the repository, in `../shared/reference/samples`. Without them the tests
//! say that they are skipped; with `CI=true` they fail instead.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use stillalive::dump;

use crate::stage::Stage;

/// The folder of the samples, or `None` where the tests are to be skipped.
fn samples() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    // In a work tree beside others they lie one level further up.
    let places =
        [root.join("../shared/reference/samples"), root.join("../../shared/reference/samples")];
    let found = places.into_iter().find(|folder| folder.join("single-v2").is_dir());
    if found.is_none() {
        let in_ci = std::env::var_os("CI").is_some_and(|value| value == "true");
        assert!(!in_ci, "../shared/reference/samples is not there, and CI=true wants it");
        let _ = writeln!(std::io::stderr(), "SKIPPED: ../shared/reference/samples is not there");
    }
    found
}

/// Two routers with the configurations of a sample, after the time that the samples were taken.
fn stage(folder: &Path) -> Stage {
    let text = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let (first, second) = (text("r1.conf"), text("r2.conf"));
    let mut stage = Stage::new(&[&first, &second]);
    if folder.ends_with("unicast") {
        // There the other router was a moment faster: its timer ended first, and nobody preempts it.
        stage = Stage::new(&["", &second]);
        stage.run(Duration::from_millis(50));
        stage.restart(0, &first);
    }
    stage.run(Duration::from_secs(8));
    stage
}

/// Lines whose value is of the moment, or of the process: only their name is compared.
const OF_THE_MOMENT: &[&str] = &[
    "   Last transition = ",
    "   Read timeout = ",
    "   Last advert sent = ",
    "   Master down timer = ",
    "   fd_in ",
    " fd_in ",
];
/// Lines of one side only: the library behind nftables, and what keepalived noticed on the way.
const LEFT_OUT: &[&str] = &[" libnftnl version ", "   Not IPv6 forwarding", "   rp_filter "];

fn comparable(dump: &str) -> Vec<String> {
    let kept = dump.lines().filter(|line| !LEFT_OUT.iter().any(|out| line.starts_with(out)));
    kept.map(|line| {
        let moment = OF_THE_MOMENT.iter().find(|name| line.starts_with(*name));
        let disabled = line.ends_with("DISABLED") || line.ends_with(" 0.000000");
        match moment {
            Some(name) if !disabled => format!("{name}…"),
            _ => line.to_owned(),
        }
    })
    .collect()
}

fn assert_same(what: &str, ours: &str, theirs: &str) {
    let (ours, theirs) = (comparable(ours), comparable(theirs));
    let (ours, theirs) = (ours.join("\n"), theirs.join("\n"));
    let difference = similar::TextDiff::from_lines(&theirs, &ours);
    let difference = difference.unified_diff().header("keepalived", "ours").to_string();
    assert!(ours == theirs, "{what}:\n{difference}");
}

fn theirs(folder: &Path, name: &str) -> String {
    std::fs::read_to_string(folder.join("2.4.3").join(name)).unwrap()
}

#[test]
fn data_of_master_and_backup_is_keepaliveds() {
    let Some(samples) = samples() else { return };
    for name in ["single-v2", "v3-ipv6", "unicast", "sync-track", "json-v2"] {
        let folder = samples.join(name);
        let stage = stage(&folder);
        for (place, moment) in [(0, "r1-master"), (1, "r2-backup")] {
            let file = format!("{moment}.keepalived.data");
            let ours = stage.routers[place].shown(dump::data);
            assert_same(&format!("{name}/{file}"), &ours, &theirs(&folder, &file));
        }
        let file = "r1-master.keepalived_parent.data";
        let ours = stage.routers[0].shown(dump::parent);
        assert_same(&format!("{name}/{file}"), &ours, &theirs(&folder, file));
    }
}

/// Two virtual servers with checkers and no instance: the parent of what would check them.
#[test]
fn data_of_the_parent_of_virtual_servers_is_keepaliveds() {
    let Some(samples) = samples() else { return };
    let folder = samples.join("lvs");
    let text = std::fs::read_to_string(folder.join("r1.conf")).unwrap();
    let stage = Stage::new(&[&text]);
    let file = "r1-up.keepalived_parent.data";
    assert_same(file, &stage.routers[0].shown(dump::parent), &theirs(&folder, file));
}

#[test]
fn data_of_a_faulty_instance_is_keepaliveds() {
    let Some(samples) = samples() else { return };
    let folder = samples.join("single-v2");
    let mut down = stage(&folder);
    down.link(0, "eth0", false);
    down.run(Duration::from_secs(4));
    let ours = down.routers[0].shown(dump::data);
    assert_same("link down", &ours, &theirs(&folder, "r1-fault.keepalived.data"));

    let folder = samples.join("sync-track");
    let mut failing = stage(&folder);
    failing.tell(
        0,
        stillalive::engine::event::Event::Tracked(stillalive::engine::event::Tracked::File {
            name: "prio_file".into(),
            value: 7,
        }),
    );
    failing.routers[0].failing.push("hard.sh");
    failing.run(Duration::from_secs(6));
    let ours = failing.routers[0].shown(dump::data);
    assert_same("script failed", &ours, &theirs(&folder, "r1-fault.keepalived.data"));
}

/// A JSON document without what is of the moment.
fn timeless(text: &str) -> serde_json::Value {
    fn strip(value: &mut serde_json::Value) {
        match value {
            serde_json::Value::Object(object) => {
                object.remove("last_transition");
                object.remove("stats");
                object.values_mut().for_each(strip);
            }
            serde_json::Value::Array(list) => list.iter_mut().for_each(strip),
            _ => {}
        }
    }
    let mut value = serde_json::from_str(text).unwrap();
    strip(&mut value);
    value
}

#[test]
fn json_is_keepaliveds() {
    let Some(samples) = samples() else { return };
    for name in ["single-v2", "v3-ipv6", "unicast", "sync-track", "json-v2"] {
        let folder = samples.join(name);
        let stage = stage(&folder);
        for (place, moment) in [(0, "r1-master"), (1, "r2-backup")] {
            let file = format!("{moment}.keepalived.json");
            let ours = stage.routers[place].shown(|view| dump::json(view).unwrap());
            let theirs = theirs(&folder, &file);
            assert_eq!(timeless(&ours), timeless(&theirs), "{name}/{file}");
            // The same keys in the same order, numbers in the same form, no white space.
            assert_eq!(shape(&ours), shape(&theirs), "{name}/{file}");
        }
    }
}

/// A document with each digit run of a time or a counter replaced.
fn shape(text: &str) -> String {
    let mut shape = String::new();
    let mut rest = text;
    let next = |rest: &str| {
        let found = ["\"last_transition\":", "\"stats\":"].map(|key| rest.find(key));
        found.into_iter().flatten().min()
    };
    while let Some(at) = next(rest) {
        let (before, from) = rest.split_at(at);
        shape.push_str(before);
        let end = match from.starts_with("\"stats\"") {
            true => from.find('}').unwrap(),
            false => from.find(',').unwrap(),
        };
        let (value, after) = from.split_at(end);
        shape.extend(value.chars().filter(|c| !c.is_ascii_digit()));
        rest = after;
    }
    shape.push_str(rest);
    shape
}

#[test]
fn statistics_have_keepaliveds_lines() {
    let Some(samples) = samples() else { return };
    for name in ["single-v2", "sync-track"] {
        let folder = samples.join(name);
        let stage = stage(&folder);
        let lines = |text: &str| -> Vec<String> {
            text.lines().map(|line| line.trim_end_matches(char::is_numeric).to_owned()).collect()
        };
        let theirs = theirs(&folder, "r1-master.keepalived.stats");
        assert_eq!(lines(&stage.routers[0].shown(dump::statistics)), lines(&theirs), "{name}");
    }
}
