//! Any bytes become a configuration: no panic, and findings whose places exist and can be shown.

#![no_main]

use libfuzzer_sys::fuzz_target;
use stillalive::diag::render::{human, keepalived, short};
use stillalive::diag::Code;
use stillalive::lower::{self, Mode};
use stillalive::syntax;
use stillalive::units::Family;

fuzz_target!(|text: &[u8]| {
    let mut parsed = syntax::parse_text("k", text);
    let lowered = lower::lower(&parsed.tree, parsed.sources.expanded(), Mode::Run);
    for secret in &lowered.secrets {
        parsed.sources.conceal(*secret);
    }
    for finding in parsed.findings.all().iter().chain(lowered.findings.all()) {
        assert!(finding.span.is_some() || finding.code == Code::EMPTY_CONFIGURATION);
        for span in finding.span.into_iter().chain(finding.related.iter().map(|other| other.span)) {
            let Some(at) = parsed.sources.resolve(span) else { panic!("{finding:?} is nowhere") };
            let text = parsed.sources.file(at.span.file).map_or("", |file| file.text());
            let range = at.span.start as usize..at.span.end as usize;
            assert!(text.get(range).is_some(), "{finding:?} is not in the file");
        }
        let _ = short::line(finding, &parsed.sources);
        let _ = keepalived::line(finding, &parsed.sources);
    }
    // Rendering a whole file is slow; one finding tells as much.
    if let Some(finding) = lowered.findings.all().first() {
        let _ = human::text(finding, &parsed.sources, true);
    }
    for instance in &lowered.config.instances {
        let mut own = instance.addresses.iter();
        assert!(own.all(|address| Family::of(address.ip()) == instance.family));
        assert!(!instance.advert_int.is_zero() && instance.down_timer_adverts > 0);
    }
    // The stricter reading of numbers must not panic either.
    let _ = lower::lower(&parsed.tree, parsed.sources.expanded(), Mode::Test);
});
