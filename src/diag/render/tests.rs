//! What a reader sees.

use crate::diag::render::{human, keepalived, short};
use crate::diag::{Code, Diagnostic, Severity};
use crate::source::{Origin, SourceMap};
use crate::units::Span;

fn example() -> (SourceMap, Diagnostic) {
    let mut sources = SourceMap::default();
    let text = "vrrp_instance V1 {\n    pritority 100\n}\n";
    let file = sources.add_file("k.conf".as_ref(), text.to_owned(), None);
    sources.push(text, Origin::File { file, offset: 0 });
    let diagnostic = Diagnostic::new(
        Code::UNKNOWN_KEYWORD,
        Severity::Error,
        Span::new(23, 32),
        "unknown keyword `pritority`",
    )
    .with_label("no keyword of `vrrp_instance`")
    .with_related(Span::new(0, 13), "in this block")
    .with_note("keepalived ignores the line")
    .with_help("did you mean `priority`?");
    (sources, diagnostic)
}

#[test]
fn people_see_the_line_and_what_to_write() {
    let (sources, diagnostic) = example();
    insta::assert_snapshot!(human::text(&diagnostic, &sources, false), @r"
    error[SA101]: unknown keyword `pritority`
     --> k.conf:2:5
      |
    1 | vrrp_instance V1 {
      | ------------- in this block
    2 |     pritority 100
      |     ^^^^^^^^^ no keyword of `vrrp_instance`
      |
      = note: keepalived ignores the line
      = help: did you mean `priority`?
    ");
}

#[test]
fn one_line_forms_name_the_place() {
    let (sources, diagnostic) = example();
    assert_eq!(
        short::line(&diagnostic, &sources),
        "k.conf:2:5: error[SA101]: unknown keyword `pritority`"
    );
    assert_eq!(
        keepalived::line(&diagnostic, &sources),
        "(k.conf: Line 2) unknown keyword `pritority` [SA101, column 5]"
    );
}
