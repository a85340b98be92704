//! Files that were read once and are read again elsewhere: what a [`Loader`] has answered, kept, so
//! that another process reads exactly the same texts.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{LoadError, LoadedFile, Loader, Pattern};

/// What one pattern has given.
type Answer = Vec<Result<LoadedFile, LoadError>>;
/// A pattern as written, and the file in which it stands.
type Asked = (String, Option<PathBuf>);

/// Passes on what another loader reads, and keeps it. Who asks for the same twice is given the same:
/// a file that changes meanwhile is not read half old and half new.
pub struct Recording<'a> {
    loader: &'a dyn Loader,
    answers: RefCell<BTreeMap<Asked, Answer>>,
}

impl<'a> Recording<'a> {
    /// Nothing has been read yet.
    pub fn new(loader: &'a dyn Loader) -> Self {
        Self { loader, answers: RefCell::default() }
    }

    /// Everything that was read.
    pub fn finish(self) -> Recorded {
        Recorded { answers: self.answers.into_inner() }
    }
}

impl Loader for Recording<'_> {
    fn load(&self, pattern: Pattern<'_>) -> Answer {
        let asked = asked(pattern);
        if let Some(known) = self.answers.borrow().get(&asked) {
            return known.clone();
        }
        let answer = self.loader.load(pattern);
        self.answers.borrow_mut().insert(asked, answer.clone());
        answer
    }
}

fn asked(pattern: Pattern<'_>) -> Asked {
    (pattern.text.to_owned(), pattern.from.map(Path::to_owned))
}

/// What was read, as a loader. What nobody has asked for is missing.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Recorded {
    answers: BTreeMap<Asked, Answer>,
}

impl Loader for Recorded {
    fn load(&self, pattern: Pattern<'_>) -> Answer {
        let missing = || vec![Err(LoadError::Missing(pattern.text.into()))];
        self.answers.get(&asked(pattern)).cloned().unwrap_or_else(missing)
    }
}

/// Bytes are no record.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the record of a configuration is damaged")]
pub struct Damaged;

/// What stands before the texts.
#[derive(Serialize, Deserialize)]
struct Entry {
    text: String,
    from: Option<String>,
    files: Vec<Outcome>,
}

#[derive(Serialize, Deserialize)]
enum Outcome {
    /// The path, and how long the text is.
    Read(String, usize),
    Missing(String),
    NoMatch(String),
    Directory(String),
    NotRegular(String),
    Open(String, String),
}

/// A name as it is shown: in one that is no UTF-8 other characters stand for what is not.
fn name(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

impl Outcome {
    fn of(answer: &Result<LoadedFile, LoadError>) -> Self {
        match answer {
            Ok(file) => Self::Read(name(&file.path), file.bytes.len()),
            Err(LoadError::Missing(path)) => Self::Missing(name(path)),
            Err(LoadError::NoMatch(path)) => Self::NoMatch(name(path)),
            Err(LoadError::Directory(path)) => Self::Directory(name(path)),
            Err(LoadError::NotRegular(path)) => Self::NotRegular(name(path)),
            Err(LoadError::Open { path, reason }) => Self::Open(name(path), reason.clone()),
        }
    }

    /// Takes its text, if it has one, from the front of the rest.
    fn answer(self, rest: &mut &[u8]) -> Result<Result<LoadedFile, LoadError>, Damaged> {
        Ok(match self {
            Self::Read(name, length) => {
                let (text, behind) = rest.split_at_checked(length).ok_or(Damaged)?;
                *rest = behind;
                Ok(LoadedFile { path: name.into(), bytes: text.to_vec() })
            }
            Self::Missing(name) => Err(LoadError::Missing(name.into())),
            Self::NoMatch(name) => Err(LoadError::NoMatch(name.into())),
            Self::Directory(name) => Err(LoadError::Directory(name.into())),
            Self::NotRegular(name) => Err(LoadError::NotRegular(name.into())),
            Self::Open(name, reason) => Err(LoadError::Open { path: name.into(), reason }),
        })
    }
}

impl Recorded {
    /// The record as bytes: the length of an index in eight bytes, the index as JSON, the texts one
    /// behind the other.
    pub fn to_bytes(&self) -> Vec<u8> {
        let index: Vec<Entry> = self
            .answers
            .iter()
            .map(|((text, from), files)| Entry {
                text: text.clone(),
                from: from.as_deref().map(name),
                files: files.iter().map(Outcome::of).collect(),
            })
            .collect();
        // Strings, numbers and lists: nothing of it can fail.
        let index = serde_json::to_vec(&index).unwrap_or_default();
        let mut all = u64::try_from(index.len()).unwrap_or_default().to_le_bytes().to_vec();
        all.extend(index);
        for file in self.answers.values().flatten().flatten() {
            all.extend_from_slice(&file.bytes);
        }
        all
    }

    /// The record that [`Self::to_bytes`] has written.
    ///
    /// # Errors
    /// It is not whole.
    pub fn from_bytes(all: &[u8]) -> Result<Self, Damaged> {
        let (length, rest) = all.split_first_chunk().ok_or(Damaged)?;
        let length = usize::try_from(u64::from_le_bytes(*length)).map_err(|_| Damaged)?;
        let (index, mut rest) = rest.split_at_checked(length).ok_or(Damaged)?;
        let index: Vec<Entry> = serde_json::from_slice(index).map_err(|_| Damaged)?;
        let mut answers = BTreeMap::new();
        for Entry { text, from, files } in index {
            let files = files.into_iter().map(|file| file.answer(&mut rest));
            let files = files.collect::<Result<Answer, Damaged>>()?;
            answers.insert((text, from.map(PathBuf::from)), files);
        }
        if rest.is_empty() { Ok(Self { answers }) } else { Err(Damaged) }
    }
}

/// The texts of what runs, as they were read: kept as bytes, because hardly anybody asks for them. They
/// hold passwords, so they have no printable form.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Texts(Arc<[u8]>);

impl Texts {
    /// Those of that record.
    pub fn of(recorded: &Recorded) -> Self {
        Self(recorded.to_bytes().into())
    }

    /// The same in memory of its own.
    #[must_use]
    pub fn gathered(&self) -> Self {
        Self(Arc::from(&*self.0))
    }

    /// The record as characters, one a byte, for a way that takes nothing but text.
    pub fn to_characters(&self) -> String {
        self.0.iter().map(|byte| char::from(*byte)).collect()
    }

    /// The record that [`Self::to_characters`] has written.
    ///
    /// # Errors
    /// It is not whole.
    pub fn from_characters(text: &str) -> Result<Recorded, Damaged> {
        let bytes = text.chars().map(|character| u8::try_from(character).map_err(|_| Damaged));
        Recorded::from_bytes(&bytes.collect::<Result<Vec<u8>, Damaged>>()?)
    }
}

impl fmt::Debug for Texts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Texts({} bytes)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use proptest::prelude::*;

    use super::*;
    use crate::source::Memory;

    fn ask(loader: &dyn Loader, text: &str, from: Option<&str>) -> Answer {
        loader.load(Pattern { text, from: from.map(Path::new) })
    }

    /// A file that is another one each time that it is read.
    struct Restless(Cell<u8>);

    impl Loader for Restless {
        fn load(&self, pattern: Pattern<'_>) -> Answer {
            self.0.set(self.0.get() + 1);
            vec![Ok(LoadedFile { path: pattern.text.into(), bytes: vec![self.0.get()] })]
        }
    }

    #[test]
    fn what_was_read_once_is_the_same_ever_after() {
        let restless = Restless(Cell::new(0));
        let recording = Recording::new(&restless);
        let first = ask(&recording, "a", None);
        assert_eq!(ask(&recording, "a", None), first);
        assert_ne!(ask(&recording, "a", Some("/k/b")), first, "another place, another file");
        let recorded = Recorded::from_bytes(&recording.finish().to_bytes()).unwrap();
        assert_eq!(ask(&recorded, "a", None), first);
        assert_eq!(ask(&recorded, "b", None), [Err(LoadError::Missing("b".into()))]);
    }

    #[test]
    fn texts_that_are_kept_are_not_shown() {
        let memory = Memory::default().with("/k/a.conf", "auth_pass hunter2");
        let recording = Recording::new(&memory);
        ask(&recording, "/k/a.conf", None);
        let texts = Texts::of(&recording.finish());
        assert!(texts.to_characters().contains("hunter2"));
        assert!(!format!("{texts:?}").contains("hunter2"), "{texts:?}");
        assert_eq!(Texts::from_characters("\u{20ac}"), Err(Damaged));
    }

    #[test]
    fn files_and_failures_survive_the_way_to_another_process() {
        let memory = Memory::default().with("/k/a.conf", "one").with("/k/b.conf", vec![0, 255]);
        let recording = Recording::new(&memory);
        let asked = [("/k/a.conf", None), ("b.conf", Some("/k/a.conf")), ("no", Some("/k/a.conf"))];
        let before = asked.map(|(text, from)| ask(&recording, text, from));
        let recorded = Recorded::from_bytes(&recording.finish().to_bytes()).unwrap();
        assert_eq!(asked.map(|(text, from)| ask(&recorded, text, from)), before);
    }

    fn answers() -> impl Strategy<Value = Answer> {
        let name = ".{0,9}".prop_map(PathBuf::from);
        let text = prop::collection::vec(any::<u8>(), 0..40);
        let one = (name, text, 0_usize..6).prop_map(|(path, bytes, kind)| match kind {
            0 => Err(LoadError::Missing(path)),
            1 => Err(LoadError::NoMatch(path)),
            2 => Err(LoadError::Directory(path)),
            3 => Err(LoadError::NotRegular(path)),
            4 => Err(LoadError::Open { path, reason: format!("{bytes:?}") }),
            _ => Ok(LoadedFile { path, bytes }),
        });
        prop::collection::vec(one, 0..4)
    }

    proptest! {
        #[test]
        fn every_record_is_read_as_it_was_written(
            answers in prop::collection::btree_map(
                (".*", prop::option::of("/[a-z]{1,9}".prop_map(PathBuf::from))), answers(), 0..5),
            cut in any::<prop::sample::Index>(),
        ) {
            let recorded = Recorded { answers };
            let bytes = recorded.to_bytes();
            let characters = Texts::of(&recorded).to_characters();
            prop_assert_eq!(Texts::from_characters(&characters), Ok(recorded.clone()));
            prop_assert_eq!(Recorded::from_bytes(&bytes), Ok(recorded));
            prop_assert_eq!(Recorded::from_bytes(&bytes[..cut.index(bytes.len())]), Err(Damaged));
        }

        #[test]
        fn bytes_that_are_no_record_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            prop_assert_eq!(Recorded::from_bytes(&bytes), Err(Damaged));
        }
    }
}
