//! JSON as keepalived writes it: one line, no white space, `/` escaped, whole numbers without a point.

use std::fmt::{Display, Write as _};

use crate::dump::number::general;

/// An object that is being written.
pub(super) struct Object(String);

impl Object {
    /// An object with what `fill` puts into it.
    pub(super) fn write(fill: impl FnOnce(&mut Self)) -> String {
        let mut object = Self("{".to_owned());
        fill(&mut object);
        object.0.push('}');
        object.0
    }

    /// A value that is JSON already.
    pub(super) fn raw(&mut self, key: &str, value: &(impl Display + ?Sized)) {
        let comma = if self.0.len() > 1 { "," } else { "" };
        // Writing to a string cannot fail.
        let _ = write!(self.0, "{comma}{}:{value}", quoted(key));
    }

    /// An object in it.
    pub(super) fn nested(&mut self, key: &str, fill: impl FnOnce(&mut Self)) {
        self.raw(key, &Self::write(fill));
    }

    pub(super) fn string(&mut self, key: &str, value: &str) {
        self.raw(key, &quoted(value));
    }

    pub(super) fn integer(&mut self, key: &str, value: impl Into<i64>) {
        self.raw(key, &value.into());
    }

    /// A number with a fraction, if it has one.
    pub(super) fn decimal(&mut self, key: &str, value: f64) {
        self.raw(key, &general(value));
    }

    /// `true` or `false`.
    pub(super) fn boolean(&mut self, key: &str, value: bool) {
        self.raw(key, &value);
    }

    /// 0 or 1.
    pub(super) fn bit(&mut self, key: &str, value: bool) {
        self.integer(key, u8::from(value));
    }

    /// A list of strings; left out if it is empty.
    pub(super) fn strings<T: AsRef<str>>(
        &mut self,
        key: &str,
        values: impl IntoIterator<Item = T>,
    ) {
        let quoted: Vec<String> = values.into_iter().map(|value| quoted(value.as_ref())).collect();
        if !quoted.is_empty() {
            self.raw(key, &format!("[{}]", quoted.join(",")));
        }
    }
}

/// A list of objects.
pub(super) fn list<T>(
    items: impl IntoIterator<Item = T>,
    mut fill: impl FnMut(&mut Object, T),
) -> String {
    let objects: Vec<String> =
        items.into_iter().map(|item| Object::write(|object| fill(object, item))).collect();
    format!("[{}]", objects.join(","))
}

/// A string in quotes. Control characters that keepalived copies as they are would make it no JSON.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        match character {
            '/' => quoted.push_str("\\/"),
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '\u{8}' => quoted.push_str("\\b"),
            '\u{c}' => quoted.push_str("\\f"),
            control if control < ' ' => {
                // Writing to a string cannot fail.
                let _ = write!(quoted, "\\u{:04x}", u32::from(control));
            }
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_can_be_read_back() {
        for text in ["/a/b.sh", "a\\b\"c", "line\nnext\ttab\r\u{8}\u{c}", "\u{1}", "ü"] {
            let written = quoted(text);
            assert_eq!(serde_json::from_str::<String>(&written).unwrap(), text, "{written}");
        }
        assert_eq!(quoted("/a"), "\"\\/a\"");
    }

    #[test]
    fn empty_lists_are_left_out() {
        let object = Object::write(|object| {
            object.bit("one", true);
            object.strings("none", [""; 0]);
            object.strings("two", ["a", "b"]);
        });
        assert_eq!(object, r#"{"one":1,"two":["a","b"]}"#);
    }
}
