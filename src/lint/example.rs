//! The examples of a page: one configuration, or several texts in one.
//!
//! A line `### NAME` begins another text: a file that is included, the file of another host
//! (`### b.conf`), or what is known of the host (`### facts.json`). What stands before the first
//! such line is `keepalived.conf`.

/// The name of the text that holds facts about the host.
const FACTS: &str = "facts.json";

/// An example, taken apart.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Example<'a> {
    /// `keepalived.conf`.
    pub main: &'a str,
    /// The other texts, by name.
    pub others: Vec<(&'a str, &'a str)>,
}

impl<'a> Example<'a> {
    /// Takes an example apart.
    pub fn parse(text: &'a str) -> Self {
        let mut parts = text.split("### ");
        let main = parts.next().unwrap_or_default();
        let others = parts.filter_map(|part| part.split_once('\n')).collect();
        Self { main, others }
    }

    /// What is known of the host, if the example says so.
    pub fn facts(&self) -> Option<&'a str> {
        self.others.iter().find(|(name, _)| *name == FACTS).map(|(_, text)| *text)
    }

    /// The other configuration files.
    pub fn files(&self) -> impl Iterator<Item = (&'a str, &'a str)> + '_ {
        self.others.iter().copied().filter(|(name, _)| *name != FACTS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_example_may_hold_several_texts() {
        let example = Example::parse("a\nb\n### x.conf\nc\n### facts.json\n{}\n");
        assert_eq!(example.main, "a\nb\n");
        assert_eq!(example.files().collect::<Vec<_>>(), [("x.conf", "c\n")]);
        assert_eq!(example.facts(), Some("{}\n"));
        assert_eq!(Example::parse("a\n").facts(), None);
    }
}
