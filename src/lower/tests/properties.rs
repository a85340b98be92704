//! Any text becomes a configuration, with findings that have a place.

use proptest::prelude::*;

use super::both;
use crate::diag::Code;
use crate::lower::Mode;
use crate::schema::{self, Block};

/// Lines that mean something more often than random text does: keywords of any place, values that
/// are right, nearly right or wrong, braces where they may or may not belong.
fn line() -> impl Strategy<Value = String> {
    let words: Vec<&str> = Block::ALL
        .iter()
        .flat_map(|place| schema::keywords(*place))
        .map(|keyword| keyword.word)
        .chain(["{", "}", "vrrp_instance V {", "global_defs {", "virtual_ipaddress {"])
        .chain(["unicast_peer {", "authentication {", "\"", "'", "#", "!", "\\", "$A", "@x"])
        .collect();
    let values = prop_oneof![
        Just(String::new()),
        any::<u64>().prop_map(|number| number.to_string()),
        any::<i8>().prop_map(|number| number.to_string()),
        any::<f32>().prop_map(|number| number.to_string()),
        any::<std::net::Ipv4Addr>().prop_map(|address| format!("{address}/24")),
        any::<std::net::Ipv6Addr>().prop_map(|address| address.to_string()),
        "[ -~\u{e9}]{0,12}",
        proptest::sample::select(words.clone()).prop_map(str::to_owned),
    ];
    (proptest::sample::select(words), values.clone(), values, any::<bool>())
        .prop_map(|(word, a, b, open)| format!("{word} {a} {b}{}", if open { " {" } else { "" }))
}

fn holds(text: &[u8]) -> Result<(), TestCaseError> {
    for mode in [Mode::Run, Mode::Test] {
        let (parsed, lowered) = both(text, mode);
        let findings = parsed.findings.all().iter().chain(lowered.findings.all());
        for finding in findings {
            let Some(span) = finding.span else {
                prop_assert_eq!(finding.code, Code::EMPTY_CONFIGURATION);
                continue;
            };
            let related = finding.related.iter().map(|label| label.span);
            for span in related.chain([span]) {
                let at = parsed.sources.resolve(span);
                let at = at.ok_or_else(|| TestCaseError::fail(format!("{finding:?}")))?;
                let file = parsed.sources.file(at.span.file).map(|file| file.text());
                let text =
                    file.and_then(|text| text.get(at.span.start as usize..at.span.end as usize));
                prop_assert!(text.is_some(), "{finding:?} is not in the file");
                prop_assert!(at.line >= 1 && at.column >= 1);
            }
        }
        for instance in &lowered.config.instances {
            prop_assert!(!instance.name.value.is_empty() || text.contains(&b'"'));
            let own = instance
                .addresses
                .iter()
                .all(|address| crate::units::Family::of(address.ip()) == instance.family);
            prop_assert!(own, "a virtual address of the other family");
            prop_assert!((1..=100).contains(&instance.down_timer_adverts));
            prop_assert!(!instance.advert_int.is_zero());
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn any_bytes_are_understood(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        holds(&bytes)?;
    }

    #[test]
    fn any_statements_are_understood(lines in proptest::collection::vec(line(), 0..40)) {
        holds(lines.join("\n").as_bytes())?;
    }

    #[test]
    fn any_statements_of_an_instance_are_understood(
        lines in proptest::collection::vec(line(), 0..20)
    ) {
        let inside = lines.join("\n");
        let text = format!(
            "vrrp_instance V {{\ninterface eth0\nvirtual_router_id 1\n{inside}\n}}\n"
        );
        holds(text.as_bytes())?;
    }

    /// What was understood depends on the statements, not on how they are laid out.
    #[test]
    fn layout_means_nothing(lines in proptest::collection::vec(line(), 0..12)) {
        let plain = lines.join("\n");
        let indented = lines.join("\n\n   ") + "   # end";
        let (_, one) = both(plain.as_bytes(), Mode::Run);
        let (_, other) = both(indented.as_bytes(), Mode::Run);
        prop_assert_eq!(one.config, other.config);
    }
}
