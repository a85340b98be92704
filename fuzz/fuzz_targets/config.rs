//! Any bytes become a configuration: no panic, and findings whose places exist and can be shown.

#![no_main]

use libfuzzer_sys::fuzz_target;
use stillalive::diag::Code;
use stillalive::diag::render::{human, keepalived, short};
use stillalive::lower::{self, Mode};
use stillalive::syntax::{self, Environment};
use stillalive::units::{Compat, Family};

fuzz_target!(|text: &[u8]| {
    // Few lines describe a million with these: that the bounds hold is tested elsewhere.
    let generators = text.windows(4).filter(|word| matches!(*word, b"~SEQ" | b"~LST")).count();
    let large = text.windows(4).any(|digits| digits.iter().all(u8::is_ascii_hexdigit));
    if generators > 2 || generators > 0 && large {
        return;
    }
    for compat in Compat::ALL {
        let environment =
            Environment { config_id: "main".to_owned(), compat: *compat, ..Environment::default() };
        read(text, &environment);
    }
});

fn read(text: &[u8], environment: &Environment) {
    let mut parsed = syntax::parse_text_in("k", text, environment);
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
}
