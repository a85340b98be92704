//! The include family: what is found, what is fatal, and for whom.

use std::path::Path;

use crate::diag::Verdict;
use crate::source::{LoadError, LoadedFile, Loader, Memory, Pattern};
use crate::syntax::tests::{delivered, findings, outline};
use crate::syntax::{Environment, Parsed, parse};

fn read(files: &dyn Loader, environment: &Environment) -> Parsed {
    parse(files, Path::new("main"), environment).unwrap()
}

fn verdict(text: &str, environment: &Environment) -> Verdict {
    let parsed = read(&Canned(text), environment);
    let verdicts = parsed.findings.all().iter().map(|found| found.verdict);
    verdicts.max().unwrap_or(Verdict::Silent)
}

/// A main file with this text, and includes that fail as their names say.
struct Canned<'a>(&'a str);

impl Loader for Canned<'_> {
    fn load(&self, pattern: Pattern<'_>) -> Vec<Result<LoadedFile, LoadError>> {
        let file = |path: &str, text: &str| LoadedFile { path: path.into(), bytes: text.into() };
        let name = pattern.text.into();
        match pattern.text {
            "main" => vec![Ok(file("main", self.0))],
            "missing" => vec![Err(LoadError::Missing(name))],
            "none*" => vec![Err(LoadError::NoMatch(name))],
            "{there,not}" | "{not,there}" => {
                vec![Ok(file("there", "x")), Err(LoadError::Missing("not".into()))]
            }
            "folder" => vec![Err(LoadError::Directory(name))],
            "program" => vec![Err(LoadError::NotRegular(name))],
            "both*" => vec![Ok(file("there", "x")), Err(LoadError::Directory("dir".into()))],
            other => panic!("{other}"),
        }
    }
}

#[test]
fn each_variant_has_its_classes_of_fatal_problems() {
    let (f, m, s) = (Verdict::Include, Verdict::Logged, Verdict::Silent);
    for (pattern, expected) in [
        ("missing", [m, m, f, f, m, f]),
        ("none*", [s, s, s, f, s, f]),
        ("{there,not}", [m, m, m, m, f, f]),
        ("{not,there}", [m, m, m, m, f, f]),
        ("folder", [m, f, f, f, f, f]),
        ("program", [m, f, f, f, f, f]),
        ("both*", [m, f, f, f, f, f]),
    ] {
        for (variant, expected) in ["", "r", "m", "w", "b", "a"].iter().zip(expected) {
            let text = format!("include{variant} {pattern}");
            assert_eq!(verdict(&text, &Environment::default()), expected, "{text}");
        }
    }
    let strict = Environment { check_includes: true, ..Environment::default() };
    assert_eq!(verdict("include none*", &strict), f);
}

#[test]
fn include_check_holds_until_the_file_ends_that_it_stands_in() {
    let (f, m) = (Verdict::Include, Verdict::Logged);
    for (text, expected) in [
        ("global_defs {\ninclude_check\n}\ninclude missing", f),
        ("include missing\nglobal_defs {\ninclude_check\n}", m),
        ("global_defs { include_check read }\ninclude missing", m),
        ("global_defs { include_check +match }\ninclude missing", f),
        ("global_defs {\ninclude_check\ninclude_check -match\n}\ninclude missing", m),
        // Elsewhere it is no keyword.
        ("vrrp_instance x {\ninclude_check\n}\ninclude missing", m),
    ] {
        assert_eq!(verdict(text, &Environment::default()), expected, "{text}");
    }
    let files = Memory::default()
        .with("main", "include part\ninclude nope")
        .with("part", "global_defs { include_check }");
    let parsed = read(&files, &Environment::default());
    assert_eq!(parsed.findings.all()[0].verdict, m);
}

#[test]
fn alternatives_of_which_one_is_missing_are_all_left_out_if_that_is_fatal() {
    let parsed = read(&Canned("include {there,not}"), &Environment::default());
    assert_eq!(delivered(&parsed), ["x"]);
    assert_eq!(
        findings(&parsed),
        ["main:1:1: warning[SA112]: Some config files missing: \"{there,not}\"."]
    );
    let parsed = read(&Canned("includeb {there,not}"), &Environment::default());
    assert_eq!(delivered(&parsed), [""; 0]);
}

#[test]
fn an_include_in_a_definition_comes_after_the_definition() {
    let files =
        Memory::default().with("main", "$X=a \\\n include part \\\n b\n$X\nc").with("part", "p");
    assert_eq!(delivered(&read(&files, &Environment::default())), ["a", "b", "p", "c"]);
}

#[test]
fn a_definition_may_begin_in_one_file_and_end_in_another() {
    let files =
        Memory::default().with("main", "include part\n b\nx $X").with("part", "$X=a \\\n c \\");
    assert_eq!(delivered(&read(&files, &Environment::default())), ["x a", "c", "b"]);
}

#[test]
fn an_include_that_keepalived_reads_twice_is_read_once_and_reported() {
    for main in ["@^x include part\nz", "$F=part\ninclude $F\nz", "a { include part\n}\nz"] {
        let files = Memory::default().with("main", main).with("part", "p");
        let parsed = read(&files, &Environment::default());
        let count = delivered(&parsed).iter().filter(|line| *line == "p").count();
        assert_eq!(count, 1, "{main}");
        assert!(findings(&parsed)[0].contains("SA129"), "{:?}", findings(&parsed));
    }
}

#[test]
fn a_file_that_includes_itself_is_not_read_again() {
    for (main, part) in [("a\ninclude main\nb", ""), ("a\ninclude part\nb", "include main")] {
        let files = Memory::default().with("main", main).with("part", part);
        let parsed = read(&files, &Environment::default());
        assert_eq!(delivered(&parsed), ["a", "b"]);
        assert!(findings(&parsed)[0].contains("SA113"), "{:?}", findings(&parsed));
    }
}

#[test]
fn several_main_files_are_read_one_after_the_other() {
    struct Two;
    impl Loader for Two {
        fn load(&self, _: Pattern<'_>) -> Vec<Result<LoadedFile, LoadError>> {
            let file =
                |path: &str, text: &str| Ok(LoadedFile { path: path.into(), bytes: text.into() });
            vec![file("a.conf", "x {"), file("b.conf", "y\n}")]
        }
    }
    let parsed = parse(&Two, Path::new("*.conf"), &Environment::default()).unwrap();
    assert_eq!(outline(&parsed), "x { y | }");
    assert_eq!(
        findings(&parsed),
        ["a.conf:1:1: warning[SA133]: WARNING, multiple configuration file matches of *.conf, \
             starting with a.conf"]
    );
    assert_eq!(parsed.findings.all()[0].verdict, Verdict::Counted);
}
