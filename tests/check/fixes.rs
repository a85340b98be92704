//! `--fix` and `--diff`.

use std::fs;

use crate::{check_in, check_text, instance};

const OLD: &str = "global_defs {\n    enable_snmp_keepalived\n}\n";

fn faulty() -> String {
    format!("{OLD}{}", instance("    priority 100\n    pritority 2\n    priority 150 backup # two"))
}

#[test]
fn safe_fixes_are_made_and_others_left() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("k.conf");
    fs::write(&file, faulty()).unwrap();
    let run = check_in(folder.path(), &["--fix", "--format", "short", "k.conf"], "");
    assert_eq!(run.status, 1);
    assert_eq!(crate::codes(&run), ["SA101"], "{}", run.out);
    let expected = "global_defs {\n    enable_snmp_vrrp\n}\n".to_owned()
        + &instance("    pritority 2\n    priority 150 # backup # two");
    assert_eq!(fs::read_to_string(&file).unwrap(), expected);
}

#[test]
fn a_difference_is_shown_and_nothing_changed() {
    let run = check_text(&faulty(), &["--diff"]);
    insta::assert_snapshot!(run.out, @"
    --- a/<stdin>
    +++ b/<stdin>
    @@ -1,12 +1,11 @@
     global_defs {
    -    enable_snmp_keepalived
    +    enable_snmp_vrrp
     }
     vrrp_instance A {
         interface eth0
         virtual_router_id 51
    -    priority 100
         pritority 2
    -    priority 150 backup # two
    +    priority 150 # backup # two
         virtual_ipaddress {
             192.0.2.10/24
         }
    ");
}

#[test]
fn a_file_that_is_no_text_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("k.conf");
    let mut bytes = faulty().into_bytes();
    bytes.extend(b"# \xff\n");
    fs::write(&file, &bytes).unwrap();
    check_in(folder.path(), &["--fix", "k.conf"], "");
    assert_eq!(fs::read(&file).unwrap(), bytes);
}
