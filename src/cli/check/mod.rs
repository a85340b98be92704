//! `check`: says what is wrong with configurations, for people and for CI, without a daemon, root
//! or interfaces.
//!
//! Exit status: 0 clean, or only findings below `--fail-on`; 1 findings at or above it; 2 a wrong
//! command line or an input that cannot be read.

mod cluster;
mod fixes;
mod inputs;
mod options;

use std::process::ExitCode;

use clap::ArgMatches;

use crate::cli::check::inputs::{Input, read_all};
use crate::cli::check::options::{Format, Request};
use crate::cli::output::{err, out};
use crate::cluster::{Node, document, table};
use crate::diag::Severity;
use crate::diag::render::{
    Part, Report, RuleText, github, gitlab, human, json, junit, sarif, short,
};
use crate::facts::Host;
use crate::lint::{self, Baseline, Rule, Subject};
use crate::runtime::survey;

pub(crate) use options::command;

/// The exit status for findings that count.
const STATUS_FINDINGS: u8 = 1;
/// The exit status for a wrong command line, and for what cannot be read.
const STATUS_UNUSABLE: u8 = 2;

/// So often are the files read again after changes.
const MOST_ROUNDS: usize = 10;

/// Checks what the command line names.
pub(crate) fn run(matches: &ArgMatches) -> ExitCode {
    let outcome = options::from_matches(matches).and_then(|request| check(&request));
    match outcome {
        Ok(true) => ExitCode::from(STATUS_FINDINGS),
        Ok(false) => ExitCode::SUCCESS,
        Err(problem) => {
            err!("stillalive check: {problem}");
            ExitCode::from(STATUS_UNUSABLE)
        }
    }
}

/// True if something was found that counts.
fn check(request: &Request) -> Result<bool, String> {
    let Judged { mut inputs, mut nodes } = judged(request)?;
    if request.fix {
        // A change may uncover another finding, or make room for a second change.
        for _ in 0..MOST_ROUNDS {
            let mut changed = 0;
            for input in &inputs {
                changed += fixes::write(input)?;
            }
            if changed == 0 {
                break;
            }
            Judged { inputs, nodes } = judged(request)?;
        }
    }
    if request.diff {
        for difference in inputs.iter().flat_map(fixes::differences) {
            out!("{difference}");
        }
    }
    let report = Report {
        parts: inputs
            .iter()
            .map(|input| Part { sources: &input.loaded.sources, findings: &input.findings })
            .collect(),
        rules: lint::rules().map(rule_text).collect(),
    };
    if let Some(path) = &request.write_baseline {
        std::fs::write(path, Baseline::of(&report).to_json())
            .map_err(|error| format!("{}: {error}", path.display()))?;
        return Ok(false);
    }
    if !request.diff {
        print(&report, &nodes, request);
    }
    Ok(report.findings().any(|(_, finding)| finding.severity >= request.fail_on))
}

fn rule_text(rule: &Rule) -> RuleText {
    RuleText {
        code: rule.code,
        severity: rule.severity,
        summary: rule.page.what.trim().to_owned(),
        page: lint::markdown(rule),
    }
}

/// Everything that there is to say about one input, sorted as a reader meets it.
fn judge(input: &mut Input, request: &Request) -> Result<(), String> {
    let loaded = &input.loaded;
    let host = host(input, request)?;
    let subject = Subject::new(
        &loaded.config,
        &loaded.tree,
        &loaded.sources,
        host.as_ref(),
        request.reading.environment.compat,
    );
    let mut findings = lint::judge(&subject, &loaded.findings);
    lint::suppress(&mut findings, &mut input.loaded.sources);
    findings.retain(|finding| request.selection.wants(finding.code));
    input.findings = findings;
    Ok(())
}

/// What is known of the host, if anything shall be.
fn host(input: &Input, request: &Request) -> Result<Option<Host>, String> {
    if request.this_host {
        let host = survey::host(Some(&input.loaded.config));
        return host.map(Some).map_err(|error| format!("the interfaces cannot be listed: {error}"));
    }
    Ok(request.facts.clone())
}

fn print(report: &Report<'_>, nodes: &[Node], request: &Request) {
    let together = request.cluster.then(|| {
        let compat = request.reading.environment.compat;
        crate::cluster::Subject::new(nodes, compat)
    });
    match request.format {
        Format::Human => {
            for (sources, finding) in report.findings() {
                out!("{}\n", human::text(finding, sources, request.colours));
            }
            out!("{}", report.summary());
            for table in together.iter().flat_map(table::tables) {
                out!("\n{}", table::text(&table).trim_end());
            }
        }
        Format::Short => {
            for (sources, finding) in report.findings() {
                out!("{}", short::line(finding, sources));
            }
        }
        Format::Json => match &together {
            Some(together) => {
                out!("{}", json::document_with(report, &document::document(together)));
            }
            None => out!("{}", json::document(report)),
        },
        Format::Sarif => out!("{}", sarif::document(report)),
        Format::Github if report.findings().next().is_none() => {}
        Format::Github => out!("{}", github::document(report)),
        Format::Gitlab => out!("{}", gitlab::document(report)),
        Format::Junit => out!("{}", junit::document(report)),
    }
}

/// What is said about the inputs.
struct Judged {
    /// One for each configuration; with `--cluster` one for all.
    inputs: Vec<Input>,
    /// With `--cluster`: the nodes.
    nodes: Vec<Node>,
}

/// Reads and judges every input.
fn judged(request: &Request) -> Result<Judged, String> {
    let mut judged = if request.cluster {
        cluster::judged(request)?
    } else {
        let mut inputs = read_all(&request.inputs, &request.reading)?;
        for input in &mut inputs {
            judge(input, request)?;
        }
        Judged { inputs, nodes: Vec::new() }
    };
    let mut baseline = request.baseline.clone();
    for input in &mut judged.inputs {
        baseline.hide(&mut input.findings, &input.loaded.sources);
    }
    Ok(judged)
}

/// The level below which findings do not count.
pub(super) const FAIL_ON: &[(&str, Severity)] =
    &[("error", Severity::Error), ("warning", Severity::Warning), ("note", Severity::Note)];
