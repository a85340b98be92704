//! What there is to say about a keyword, for people: `explain` and the manual page print it.

use super::{Arity, Block, Keyword, Kind, Support, Value, data, keywords};

/// What is known of a keyword in one place: a label and a text each, in the order of reading.
#[must_use]
pub fn facts(place: Block, keyword: &Keyword) -> Vec<(&'static str, String)> {
    let mut facts = vec![("Place", where_it_stands(place)), ("Write", written(keyword))];
    let mut add = |label, text: Option<String>| facts.extend(text.map(|text| (label, text)));
    add("Value", value(keyword.value));
    add("Range", keyword.range.map(str::to_owned));
    add("Default", keyword.default.map(str::to_owned));
    let since = |version: &str| match version.strip_prefix("<=") {
        Some(version) => format!("keepalived {version} or earlier"),
        None => format!("keepalived {version}"),
    };
    add("Since", keyword.since.map(since));
    add("Build", keyword.build.map(str::to_owned));
    add("Deprecated", keyword.deprecated.map(|instead| format!("write {instead}")));
    add("stillalive", Some(support(keyword)));
    add("Inside", keyword.opens().and_then(words));
    add("Words", keyword.options.and_then(words));
    facts
}

fn where_it_stands(place: Block) -> String {
    match place {
        Block::TopLevel => "the top level, outside of all blocks".to_owned(),
        _ => place.path().to_owned(),
    }
}

fn written(keyword: &Keyword) -> String {
    let braces = match keyword.kind {
        Kind::Simple => "",
        _ if keyword.arguments.contains('{') => "",
        Kind::Block(_) | Kind::ValueBlock(_) => "{ ... }",
    };
    let parts = [keyword.word, keyword.arguments, braces];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The kind of the first word, where it says more than the arguments do.
fn value(value: Value) -> Option<String> {
    Some(match value {
        Value::None | Value::Word | Value::Other => return None,
        Value::Flag => "on, true, yes or off, false, no; alone it means on".to_owned(),
        Value::Integer { min, max } => format!("a whole number from {min} to {max}"),
        Value::Seconds { decimals, min, max } => {
            let (min, max) = (min.as_secs_f64(), max.as_secs_f64());
            format!("seconds from {min} to {max}{}", digits(decimals))
        }
        Value::Milliseconds { decimals, min, max } => {
            let (min, max) = (min.as_secs_f64() * 1e3, max.as_secs_f64() * 1e3);
            format!("milliseconds from {min} to {max}{}", digits(decimals))
        }
        Value::Address => "an IPv4 or IPv6 address".to_owned(),
        Value::Interface => "the name of an interface, at most 15 bytes".to_owned(),
        Value::Script => "a program; with arguments all of it in quotes".to_owned(),
        Value::Choice(words) => format!("one of {}", words.join(", ")),
    })
}

fn digits(decimals: u8) -> String {
    match decimals {
        0 => ", no fraction".to_owned(),
        decimals => format!(", up to {decimals} digits after the point"),
    }
}

fn support(keyword: &Keyword) -> String {
    match keyword.support {
        Support::Runs => "acts as in keepalived".to_owned(),
        Support::Accepted(why) => format!("read without complaint, has no effect: {why}"),
        Support::NotYet => {
            let more = keyword.waits_for.map(|text| format!(": {text}")).unwrap_or_default();
            format!("read and checked; the daemon does not act on it yet{more}")
        }
    }
}

/// The keywords of a place, and its data.
fn words(inside: Block) -> Option<String> {
    let data = data(inside).iter().map(|line| {
        let Arity { max, .. } = line.arity;
        if max == Some(0) || line.arguments.is_empty() {
            line.word.to_owned()
        } else {
            format!("{} {}", line.word, line.arguments)
        }
    });
    let words: Vec<_> =
        data.chain(keywords(inside).iter().map(|keyword| keyword.word.to_owned())).collect();
    (!words.is_empty()).then(|| words.join(", "))
}
