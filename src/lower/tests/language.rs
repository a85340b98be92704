//! What holds for every statement: unknown words, braces, missing and extra words, once each.

use super::{file_with, table, understood, understood_in};
use crate::lower::{Mode, Unusable};

#[test]
fn unknown_words_get_a_suggestion_or_their_place() {
    let text = "globl_defs {\n router_id a\n}\nglobal_defs {\n routr_id a\n priority 100\n \
                frobnicate\n foo {\n  vrrp_version 3\n }\n vrrp_version 2\n}\nrouter_id b\n";
    let parsed = crate::syntax::parse_text("k", text.as_bytes());
    let lowered = crate::lower::lower(&parsed.tree, parsed.sources.expanded(), Mode::Run);
    let all = lowered.findings.all().iter();
    let rendered: Vec<_> = all
        .map(|finding| crate::diag::render::human::text(finding, &parsed.sources, false))
        .collect();
    insta::assert_snapshot!(rendered.join("\n\n"), @"
    error[SA102]: Unknown keyword 'globl_defs'
     --> k:1:1
      |
    1 | globl_defs {
      | ^^^^^^^^^^ no block of the top level; skipped as a whole
      |
      = note: keepalived reads its lines as if they stood outside, and its `}` closes the enclosing block
      = help: did you mean `global_defs`?

    error[SA101]: Unknown keyword 'routr_id'
     --> k:5:2
      |
    5 |  routr_id a
      |  ^^^^^^^^ no keyword of global_defs
      |
      = note: keepalived ignores the line
      = help: did you mean `router_id`?

    error[SA101]: Unknown keyword 'priority'
     --> k:6:2
      |
    6 |  priority 100
      |  ^^^^^^^^ no keyword of global_defs
      |
      = note: keepalived ignores the line
      = help: `priority` belongs into vrrp_instance or a route line or a rule line

    error[SA101]: Unknown keyword 'frobnicate'
     --> k:7:2
      |
    7 |  frobnicate
      |  ^^^^^^^^^^ no keyword of global_defs
      |
      = note: keepalived ignores the line

    error[SA102]: Unknown keyword 'foo'
     --> k:8:2
      |
    8 |  foo {
      |  ^^^ no block of global_defs; skipped as a whole
      |
      = note: keepalived reads its lines as if they stood outside, and its `}` closes the enclosing block

    error[SA101]: Unknown keyword 'router_id'
      --> k:13:1
       |
    13 | router_id b
       | ^^^^^^^^^ no keyword of the top level
       |
       = note: keepalived ignores the line
       = help: `router_id` belongs into global_defs
    ");
}

#[test]
fn an_unknown_block_is_skipped_as_a_whole() {
    let outcome = understood("global_defs {\n foo {\n  router_id a\n }\n router_id b\n}\n");
    assert_eq!(outcome.config.global.router_id.unwrap().value, "b");
    assert_eq!(outcome.findings, ["2:2: error[SA102]: Unknown keyword 'foo'"]);
}

#[test]
fn braces_and_words_too_many_or_too_few() {
    let rows = [
        "priority 100 200",
        "nopreempt yes",
        "priority 100 {; priority 50; }",
        "authentication",
        "authentication foo {; auth_type PASS; auth_pass x; }",
        "priority",
        "priority \"100",
        "{; priority 5; }",
        "priority 100 # 200",
        "priority 100 ! 200",
        "priority 100#200",
        "priority 100; priority 100",
        "no_such 1",
        "Priority 5",
        "}; priority 5",
    ];
    insta::assert_snapshot!(table(&rows, |instance| instance.priority.value.to_string()), @r#"
    priority 100 200  =>  100
        2:14: warning[SA116]: extra words after `priority`
    nopreempt yes  =>  100
        2:11: warning[SA116]: extra words after `nopreempt`
    priority 100 {; priority 50; }  =>  100
        2:14: error[SA104]: `priority` takes no block
    authentication  =>  100
        2:1: error[SA106]: `authentication` lacks its `{`
    authentication foo {; auth_type PASS; auth_pass x; }  =>  100
        2:16: warning[SA116]: extra words after `authentication`
    priority  =>  100  [MissingValue]
        2:1: error[SA115]: `priority` lacks its value
    priority "100  =>  100  [MissingValue]
        2:10: error[SA107]: a double quote is never closed
        2:1: error[SA115]: `priority` lacks its value
    {; priority 5; }  =>  100
        2:1: error[SA104]: `{` opens a block that has no keyword
    priority 100 # 200  =>  100
    priority 100 ! 200  =>  100
    priority 100#200  =>  100
        2:13: warning[SA137]: a comment begins in the middle of a word
    priority 100; priority 100  =>  100
        3:1: warning[SA120]: `priority` is given twice
    no_such 1  =>  100
        2:1: error[SA101]: Unknown keyword 'no_such'
    Priority 5  =>  100
        2:1: error[SA101]: Unknown keyword 'Priority'
    }; priority 5  =>  -  [Instance]
        1:15: error[SA301]: `V` has no valid virtual_router_id
        1:15: error[SA302]: `V` has no interface
        3:1: error[SA101]: Unknown keyword 'priority'
        4:1: error[SA101]: Unknown keyword 'interface'
        5:1: error[SA101]: Unknown keyword 'virtual_router_id'
        6:1: error[SA102]: Unknown keyword 'virtual_ipaddress'
        9:1: error[SA103]: `}` closes a block that is not open
    "#);
}

#[test]
fn a_keyword_that_waits_is_said_once_with_its_count() {
    let session = "bfd_instance b {\n neighbor_ip 10.0.0.9\n}\n";
    let body = "track_bfd {\n b\n}\nuse_vmac\n";
    let instances: String = (1..=6)
        .map(|n| {
            format!(
                "vrrp_instance V{n} {{\n{body}interface eth0\nvirtual_router_id {n}\n\
                 virtual_ipaddress {{\n10.0.0.{n} dev eth1 use_vmac\n}}\n}}\n"
            )
        })
        .collect();
    let text = format!("{session}{instances}");
    let outcome = understood(&text);
    assert_eq!(outcome.config.instances.len(), 6);
    insta::assert_snapshot!(outcome.findings.join("\n"), @"
    1:1: warning[SA114]: `bfd_instance` is not yet supported
    5:1: warning[SA114]: `track_bfd` is not yet supported (6 times in all)
    ");

    let parsed = crate::syntax::parse_text("k", text.as_bytes());
    let lowered = crate::lower::lower(&parsed.tree, parsed.sources.expanded(), Mode::Run);
    let found = lowered.findings.all().iter().find(|f| f.message.contains("`track_bfd`"));
    insta::assert_snapshot!(
        crate::diag::render::human::text(found.unwrap(), &parsed.sources, false),
        @"
    warning[SA114]: `track_bfd` is not yet supported (6 times in all)
      --> k:5:1
       |
     5 | track_bfd {
       | ^^^^^^^^^ BFD sessions whose loss means fault or a change of priority.
    ...
    16 | track_bfd {
       | --------- and here
    ...
    27 | track_bfd {
       | --------- and here
    ...
    38 | track_bfd {
       | --------- and here
       |
       = note: it is read and has no effect
       = note: and at 2 more places
    "
    );
}

#[test]
fn the_same_word_in_two_places_is_two_keywords() {
    let group = "vrrp_sync_group g {\n group {\n  V1\n }\n track_bfd {\n }\n}\n";
    let text = format!("{}{group}", file_with("track_bfd {\n }"));
    let outcome = understood(&text);
    let waits = |finding: &&String| finding.contains("is not yet supported");
    assert_eq!(outcome.findings.iter().filter(waits).count(), 2, "{:?}", outcome.findings);
    assert!(outcome.findings.iter().all(|finding| !finding.contains("times")));
}

#[test]
fn slips_are_found_in_blocks_that_wait() {
    let text = "vrrp_script s {\n scrip /x\n interval 2\n}\nvirtual_server 10.0.0.1 80 {\n \
                real_server 10.0.0.2 80 {\n  TCP_CHEK {\n   connect_timeout 3\n  }\n }\n}\n\
                vrrp_sync_group g {\n group\n}\nstatic_routes {\n anything goes here\n}\n";
    insta::assert_snapshot!(understood(text).findings.join("\n"), @"
    2:2: error[SA101]: Unknown keyword 'scrip'
    4:1: error[SA215]: vrrp_script `s` names no program
    5:1: warning[SA114]: `virtual_server` is not yet supported
    5:16: warning[SA505]: the virtual server names no protocol
    5:16: warning[SA506]: the virtual server names no scheduler
    5:16: warning[SA507]: the virtual server names no forwarding method
    7:3: error[SA102]: Unknown keyword 'TCP_CHEK'
    12:17: error[SA214]: sync group `g` has no members
    13:2: error[SA106]: `group` lacks its `{`
    16:2: error[SA230]: unknown route keyword anything
    ");
}

#[test]
fn the_worst_reason_is_kept() {
    let bad = "vrrp_instance A {\n priority\n}\nvrrp_instance B {\n interface eth0\n}\n";
    assert_eq!(understood(bad).unusable, Some(Unusable::MissingValue));
    assert_eq!(understood("vrrp_instance A {\n}\n").unusable, Some(Unusable::Instance));
    assert_eq!(understood("global_defs {\n router_id\n}\n").unusable, None);
    assert_eq!(understood("bogus\n").unusable, None);
}

#[test]
fn digits_with_a_tail_count_in_a_run_and_not_in_a_test() {
    let text = file_with("garp_master_delay 10x; priority 50x");
    for (mode, expected) in [(Mode::Run, 10), (Mode::Test, 5)] {
        let outcome = understood_in(&text, mode);
        let instance = &outcome.config.instances[0];
        assert_eq!(instance.garp.master.delay.as_secs(), expected, "{mode:?}");
        assert_eq!(instance.priority.value.get(), 100, "a priority is always read strictly");
        assert_eq!(outcome.findings.len(), 2);
    }
}

#[test]
fn nothing_at_all_is_worth_a_warning() {
    for text in ["", "# only a comment\n", "\n\n", "\u{feff}\r\n"] {
        let findings = understood(text).findings;
        let empty = "1:1: warning[SA119]: the configuration is empty".to_owned();
        assert!(findings.contains(&empty), "{text:?}: {findings:?}");
    }
}

#[test]
fn a_file_of_another_editor_reads_the_same() {
    let plain = file_with("priority 42; authentication {; auth_type PASS; auth_pass x; }");
    let expected = understood(&plain).config;
    let crlf = understood(&plain.replace('\n', "\r\n"));
    assert_eq!((crlf.config, crlf.findings), (expected.clone(), vec![]));
    let marked = understood(&format!("\u{feff}{plain}"));
    assert_eq!((marked.config, marked.findings.len()), (expected.clone(), 1));
    let one_line = plain.replace("{\n", "{ ").replace("\n}", " }");
    assert_eq!(understood(&one_line.replace("}\n}", "} }")).config, expected);
}
