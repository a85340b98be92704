//! One setting with its value before and after, and the collector of them.

use std::fmt;

/// A setting that differs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Setting {
    /// The keyword that sets it.
    pub keyword: &'static str,
    /// How.
    pub difference: Difference,
}

/// How a setting differs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Difference {
    /// Another value; `None`: not set.
    Value {
        /// Before.
        before: Option<String>,
        /// After.
        after: Option<String>,
    },
    /// A list: what is gone and what is new; if neither, another order.
    Entries {
        /// Gone.
        gone: Vec<String>,
        /// New.
        new: Vec<String>,
    },
    /// Something that is not shown: a secret, or what has no short form.
    Concealed,
}

impl fmt::Display for Setting {
    /// `priority 100 -> 150`, `track_script: without a, with b`, `authentication changes`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keyword = self.keyword;
        match &self.difference {
            Difference::Value { before, after } => {
                let shown = |value: &Option<String>| match value {
                    Some(value) => value.clone(),
                    None => "(not set)".to_owned(),
                };
                write!(f, "{keyword} {} -> {}", shown(before), shown(after))
            }
            Difference::Entries { gone, new } if gone.is_empty() && new.is_empty() => {
                write!(f, "{keyword}: another order")
            }
            Difference::Entries { gone, new } => {
                let signed = |sign: char| move |entry: &String| format!("{sign} {entry}");
                let all: Vec<String> =
                    gone.iter().map(signed('-')).chain(new.iter().map(signed('+'))).collect();
                write!(f, "{keyword}: {}", all.join(", "))
            }
            Difference::Concealed => write!(f, "{keyword} changes"),
        }
    }
}

/// Collects what differs.
#[derive(Debug, Default)]
pub(super) struct Differences(Vec<Setting>);

impl Differences {
    /// A value that can be written; true if it differs.
    pub(super) fn value<T: PartialEq>(
        &mut self,
        keyword: &'static str,
        (old, new): (&T, &T),
        written: impl Fn(&T) -> Option<String>,
    ) -> bool {
        if old == new {
            return false;
        }
        let (before, after) = (written(old), written(new));
        // What the words do not show is another option of it.
        let difference = match before == after {
            true => Difference::Concealed,
            false => Difference::Value { before, after },
        };
        self.0.push(Setting { keyword, difference });
        true
    }

    /// A list; true if it differs.
    pub(super) fn entries<T: PartialEq>(
        &mut self,
        keyword: &'static str,
        (old, new): (&[T], &[T]),
        written: impl Fn(&T) -> String,
    ) -> bool {
        if old == new {
            return false;
        }
        let gone = old.iter().filter(|entry| !new.contains(entry)).map(&written).collect();
        let new = new.iter().filter(|entry| !old.contains(entry)).map(&written).collect();
        self.0.push(Setting { keyword, difference: Difference::Entries { gone, new } });
        true
    }

    /// Something that is not shown; true if it differs.
    pub(super) fn concealed<T: PartialEq>(
        &mut self,
        keyword: &'static str,
        (old, new): (&T, &T),
    ) -> bool {
        self.value(keyword, (old, new), |_| None)
    }

    /// What was found, in order.
    pub(super) fn into_settings(self) -> Vec<Setting> {
        self.0
    }
}
