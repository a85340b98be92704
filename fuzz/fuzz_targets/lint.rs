//! Any bytes are checked by every rule: no panic, every finding has a place and can be written in
//! every form.

#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;
use stillalive::diag::render::{github, gitlab, json, junit, sarif, short, Part, Report};
use stillalive::diag::Code;
use stillalive::lint::{self, Subject};
use stillalive::lower::Mode;
use stillalive::runtime::load::{load_text, Reading};
use stillalive::syntax::Environment;
use stillalive::units::Compat;

fuzz_target!(|text: &[u8]| {
    for compat in Compat::ALL {
        let environment = Environment { compat: *compat, ..Environment::default() };
        let reading = Reading { environment, mode: Mode::Test };
        let mut loaded = load_text(Path::new("k"), text, &reading);
        let subject = Subject::new(&loaded.config, &loaded.tree, &loaded.sources, None, *compat);
        let mut findings = lint::judge(&subject, &loaded.findings);
        lint::suppress(&mut findings, &mut loaded.sources);
        for finding in &findings {
            assert!(finding.span.is_some() || finding.code == Code::EMPTY_CONFIGURATION);
            let related = finding.related.iter().map(|other| other.span);
            for span in finding.span.into_iter().chain(related) {
                let Some(at) = loaded.sources.resolve(span) else {
                    panic!("{finding:?} is nowhere")
                };
                let text = loaded.sources.file(at.span.file).map_or("", |file| file.text());
                let range = at.span.start as usize..at.span.end as usize;
                assert!(text.get(range).is_some(), "{finding:?} is not in the file");
            }
            let _ = short::line(finding, &loaded.sources);
        }
        let parts = vec![Part { sources: &loaded.sources, findings: &findings }];
        let report = Report { parts, rules: Vec::new() };
        let _ = (json::document(&report), sarif::document(&report), junit::document(&report));
        let _ = (github::document(&report), gitlab::document(&report));
    }
});
