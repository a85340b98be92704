//! `--host`, `--facts` and the command `facts`.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::{check_in, codes, instance};

#[test]
fn facts_of_this_host_are_read_back() {
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("up.sh");
    fs::write(&script, "#!/bin/sh\n").unwrap();
    let text =
        instance(&format!("    notify_master {}", script.display())).replace("eth0", "nosuch0");
    let security = "global_defs {\n    enable_script_security\n    script_user root\n}\n";
    let text = format!("{security}{text}");
    fs::write(folder.path().join("k.conf"), text).unwrap();
    let facts = Command::new(env!("CARGO_BIN_EXE_stillalive"))
        .args(["facts", "k.conf"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(facts.status.success());
    fs::write(folder.path().join("facts.json"), &facts.stdout).unwrap();
    for arguments in [&["--host"][..], &["--facts", "facts.json"]] {
        let all = [arguments, &["--format", "short", "k.conf"]].concat();
        let run = check_in(folder.path(), &all, "");
        let found = codes(&run);
        // The script is not executable, and the interface does not exist.
        assert!(found.contains(&"SA322") && found.contains(&"SA413"), "{}", run.out);
    }
    let run = check_in(folder.path(), &["--format", "short", "k.conf"], "");
    assert_eq!(codes(&run), [""; 0], "nothing is said of what is unknown");
}

#[test]
fn facts_without_a_configuration_are_those_of_the_network() {
    let facts = Command::new(env!("CARGO_BIN_EXE_stillalive")).arg("facts").output().unwrap();
    let text = String::from_utf8(facts.stdout).unwrap();
    assert!(text.contains("\"name\": \"lo\""), "{text}");
    assert!(Path::new("/proc").exists());
}
