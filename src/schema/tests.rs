//! The table is consistent with itself, and lookups find what they should.

use super::*;

fn entries() -> impl Iterator<Item = (Block, &'static Keyword)> {
    Block::ALL.iter().flat_map(|&block| {
        keywords(block).iter().chain(data(block)).map(move |known| (block, known))
    })
}

#[test]
fn every_place_is_sorted_without_doubles_so_that_the_search_works() {
    for &block in Block::ALL {
        for pair in keywords(block).windows(2) {
            assert!(pair[0].word < pair[1].word, "{}: {}", block.path(), pair[1].word);
        }
        for known in keywords(block) {
            assert_eq!(keyword(block, known.word), Some(known), "{}", block.path());
        }
    }
}

#[test]
fn every_entry_has_a_short_sentence() {
    for (block, known) in entries() {
        let doc = known.doc;
        let place = format!("{}/{}", block.path(), known.word);
        assert!(doc.ends_with('.') && doc.len() <= 100 && doc.len() > 8, "{place}: {doc}");
        assert_eq!(doc.trim(), doc, "{place}");
    }
}

#[test]
fn texts_are_present_or_absent_but_never_empty() {
    for (block, known) in entries() {
        let texts = [known.range, known.default, known.since, known.build, known.deprecated];
        for text in texts.into_iter().flatten() {
            assert!(!text.trim().is_empty(), "{}/{}", block.path(), known.word);
        }
        if let Support::Accepted(why) = known.support {
            assert!(!why.is_empty(), "{}/{}", block.path(), known.word);
        }
    }
}

#[test]
fn what_a_keyword_opens_holds_something() {
    for (block, known) in entries() {
        for inside in known.opens().into_iter().chain(known.options) {
            let holds = !keywords(inside).is_empty() || !data(inside).is_empty();
            assert!(holds, "{}/{} opens nothing", block.path(), known.word);
        }
    }
}

#[test]
fn every_place_is_reached_from_the_top_level() {
    let mut reached = vec![Block::TopLevel];
    let mut next = 0;
    while let Some(&block) = reached.get(next) {
        for inside in keywords(block).iter().flat_map(|k| k.opens().into_iter().chain(k.options)) {
            if !reached.contains(&inside) {
                reached.push(inside);
            }
        }
        next += 1;
    }
    for block in Block::ALL {
        assert!(reached.contains(block), "{} is opened by no keyword", block.path());
    }
}

#[test]
fn the_number_of_words_and_the_kind_of_the_first_agree() {
    let keywords = |&block| keywords(block).iter().map(move |known| (block, known));
    for (block, known) in Block::ALL.iter().flat_map(keywords) {
        let place = format!("{}/{}", block.path(), known.word);
        let Arity { min, max } = known.arity;
        assert!(max.is_none_or(|max| min <= max), "{place}");
        match known.value {
            Value::None => assert_eq!(max, Some(0), "{place}"),
            Value::Flag => assert_eq!((min, max), (0, Some(1)), "{place}"),
            Value::Integer { min, max } => assert!(min < max, "{place}"),
            Value::Seconds { min, max, .. } | Value::Milliseconds { min, max, .. } => {
                assert!(min < max, "{place}");
            }
            Value::Choice(words) => assert!(!words.is_empty(), "{place}"),
            Value::Address | Value::Interface | Value::Word | Value::Script | Value::Other => {
                assert_ne!(max, Some(0), "{place}");
            }
        }
    }
}

#[test]
fn a_deprecated_spelling_names_a_keyword_where_it_is_one_word() {
    for (block, known) in entries() {
        let Some(instead) = known.deprecated.filter(|text| !text.contains(' ')) else { continue };
        assert_ne!(instead, known.word);
        assert!(!elsewhere(instead).is_empty(), "{}: {instead}", block.path());
    }
}

#[test]
fn keywords_have_the_shape_that_configurations_rely_on() {
    let shape = |block, word| keyword(block, word).map(|known| (known.kind, known.arity.min));
    let table = [
        (Block::TopLevel, "vrrp_instance", Kind::Block(Block::VrrpInstance), 1),
        (Block::TopLevel, "global_defs", Kind::Block(Block::GlobalDefs), 0),
        (Block::TopLevel, "net_namespace", Kind::Simple, 1),
        (Block::GlobalDefs, "notification_email", Kind::ValueBlock(Block::EmailList), 0),
        (Block::VrrpInstance, "virtual_ipaddress", Kind::ValueBlock(Block::AddressLine), 0),
        (Block::VrrpInstance, "authentication", Kind::Block(Block::Authentication), 0),
        (Block::VrrpInstance, "unicast_peer", Kind::ValueBlock(Block::UnicastPeerOption), 0),
        (Block::VrrpInstance, "priority", Kind::Simple, 1),
        (Block::VrrpInstance, "nopreempt", Kind::Simple, 0),
    ];
    for (block, word, kind, min) in table {
        assert_eq!(shape(block, word), Some((kind, min)), "{word}");
    }
    assert_eq!(keyword(Block::TopLevel, "include"), None);
    assert_eq!(keyword(Block::VrrpInstance, "Priority"), None, "letter case counts");
    assert_eq!(keyword(Block::UnicastPeerOption, "PEER"), None, "a placeholder is no keyword");
}

#[test]
fn ranges_of_numbers_are_those_of_the_original() {
    let value = |block, word| keyword(block, word).map(|known| known.value);
    let seconds = |decimals, min, max| {
        let (min, max) = (Duration::from_micros(min), Duration::from_micros(max));
        Some(Value::Seconds { decimals, min, max })
    };
    let integer = |min, max| Some(Value::Integer { min, max });
    use Block::{GlobalDefs, VrrpInstance};
    assert_eq!(value(VrrpInstance, "virtual_router_id"), integer(1, 255));
    assert_eq!(value(VrrpInstance, "priority"), integer(1, 255));
    assert_eq!(value(VrrpInstance, "unicast_ttl"), integer(0, 255));
    assert_eq!(value(VrrpInstance, "down_timer_adverts"), integer(1, 100));
    assert_eq!(value(VrrpInstance, "garp_master_repeat"), integer(1, 4_294_967_295));
    assert_eq!(value(VrrpInstance, "garp_lower_prio_repeat"), integer(0, 2_147_483_647));
    assert_eq!(value(VrrpInstance, "advert_int"), seconds(6, 10_000, 255_000_000));
    assert_eq!(value(VrrpInstance, "preempt_delay"), seconds(6, 0, 1_000_000_000));
    assert_eq!(value(GlobalDefs, "vrrp_garp_interval"), seconds(6, 1, 4_294_967_295));
    assert_eq!(value(GlobalDefs, "vrrp_priority"), integer(-20, 19));
}

#[test]
fn what_is_understood_runs_or_says_that_it_does_not() {
    let support = |block, word| keyword(block, word).map(|known| known.support);
    assert_eq!(support(Block::GlobalDefs, "smtp_server"), Some(Support::Runs));
    assert_eq!(support(Block::VrrpInstance, "smtp_alert"), Some(Support::Runs));
    assert_eq!(support(Block::VrrpInstance, "accept"), Some(Support::Runs));
    assert_eq!(support(Block::VrrpInstance, "no_accept"), Some(Support::Runs));
    assert_eq!(support(Block::AddressLine, "label"), Some(Support::Runs));
    assert_eq!(support(Block::Authentication, "auth_type"), Some(Support::Runs));
    assert_eq!(support(Block::AddressLine, "use_vmac"), Some(Support::Runs));
    assert_eq!(support(Block::TopLevel, "virtual_server"), Some(Support::NotYet));
}

#[test]
fn a_slip_of_the_pen_is_understood() {
    let table: &[(Block, &str, &str)] = &[
        (Block::VrrpInstance, "virtual_ipadress", "virtual_ipaddress"),
        (Block::VrrpInstance, "virtual_ip_address", "virtual_ipaddress"),
        (Block::VrrpInstance, "intreface", "interface"),
        (Block::VrrpInstance, "pritority", "priority"),
        (Block::VrrpInstance, "Priority", "priority"),
        (Block::VrrpInstance, "advert-int", "advert_int"),
        (Block::VrrpInstance, "no_preempt", "nopreempt"),
        (Block::VrrpInstance, "virtual_routerid", "virtual_router_id"),
        (Block::VrrpInstance, "notify_mastr", "notify_master"),
        (Block::VrrpInstance, "stat", "state"),
        (Block::TopLevel, "vrrp_instnace", "vrrp_instance"),
        (Block::TopLevel, "global_def", "global_defs"),
        (Block::Authentication, "auth_pas", "auth_pass"),
        (Block::GlobalDefs, "vrrp_strcit", "vrrp_strict"),
        (Block::AddressLine, "lable", "label"),
    ];
    for &(block, wrong, right) in table {
        assert_eq!(suggestions(block, wrong).first(), Some(&right), "{wrong}");
    }
}

#[test]
fn far_fetched_words_get_no_suggestion_and_none_gets_more_than_three() {
    for &block in Block::ALL {
        for word in ["zzzz", "", "x", "{", "\u{1f600}\u{1f600}\u{1f600}"] {
            // One letter is no base for a guess; `zzzz` resembles nothing.
            assert_eq!(suggestions(block, word), Vec::<&str>::new(), "{} {word}", block.path());
        }
    }
    assert_eq!(
        suggestions(Block::GlobalDefs, "lvs_netlink_cmd_rcv_buf"),
        ["lvs_netlink_cmd_rcv_bufs"]
    );
    assert!(suggestions(Block::GlobalDefs, "enable_snmp_rfcv1").len() <= 3);
}

#[test]
fn a_word_in_the_wrong_place_is_found_where_it_belongs() {
    assert_eq!(elsewhere("router_id"), [Block::GlobalDefs]);
    assert_eq!(elsewhere("virtual_router_id"), [Block::VrrpInstance]);
    assert_eq!(elsewhere("auth_pass"), [Block::Authentication]);
    assert_eq!(elsewhere("priority"), [Block::VrrpInstance, Block::RouteLine, Block::RuleLine]);
    assert_eq!(elsewhere("zzzz"), []);
}

#[test]
fn places_have_names_for_messages() {
    assert_eq!(Block::Authentication.name(), "authentication");
    assert_eq!(Block::Authentication.path(), "vrrp_instance/authentication");
    assert_eq!(Block::TopLevel.name(), "the top level");
    assert_eq!(Block::RouteEncapIp.name(), "encap ip|ip6");
}
