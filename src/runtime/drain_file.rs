//! What is drained, kept for the next start of the daemon in a file beside its pid file.
//!
//! It outlives a stop, a restart and a crash, but not a reboot, as all of `/run`. A thread of its own
//! writes it, whole or not at all, so that no disk holds an advert up; whoever has asked for a drain
//! is answered when it is written.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::engine::drain::{Drain, Kept};
use crate::runtime::replacing::{read_own, replace};

/// The form of the file; another one is not read.
const VERSION: u32 = 1;
/// What the file is kept from.
const OTHERS: u32 = 0o177;

#[derive(Debug, Serialize, Deserialize)]
struct Document {
    version: u32,
    drains: Vec<Row>,
}

/// A drained instance; times in seconds since 1970.
#[derive(Debug, Serialize, Deserialize)]
struct Row {
    instance: String,
    since: f64,
    until: Option<f64>,
    by: String,
    reason: Option<String>,
}

/// Where drains are kept.
#[derive(Debug)]
pub(super) struct DrainFile {
    path: Option<PathBuf>,
    /// The thread that writes, from the first time on.
    writer: Option<Sender<Task>>,
}

/// What the thread is asked for, in order.
enum Task {
    Keep(Arc<[Kept]>),
    Then(Box<dyn FnOnce() + Send>),
}

impl DrainFile {
    /// At that path; without one nothing outlives the process.
    pub(super) fn new(path: Option<PathBuf>) -> Self {
        Self { path, writer: None }
    }

    /// What was drained when the last daemon ended.
    pub(super) fn read(&self) -> Arc<[Kept]> {
        let Some(path) = self.path.as_ref().filter(|path| path.exists()) else {
            return Arc::new([]);
        };
        match read(path) {
            Ok(kept) => kept,
            Err(problem) => {
                tracing::warn!("{} is not read: {problem}", path.display());
                Arc::new([])
            }
        }
    }

    /// Has that written, in place of what was there.
    pub(super) fn keep(&mut self, kept: Arc<[Kept]>) {
        self.ask(Task::Keep(kept));
    }

    /// Does something when everything has been written that was asked for before.
    pub(super) fn then(&mut self, work: impl FnOnce() + Send + 'static) {
        match self.writer {
            Some(_) => self.ask(Task::Then(Box::new(work))),
            None => work(),
        }
    }

    fn ask(&mut self, task: Task) {
        let Some(path) = &self.path else {
            if let Task::Then(work) = task {
                work();
            }
            return;
        };
        if self.writer.is_none() {
            let (sender, tasks) = channel();
            let path = path.clone();
            let thread = thread::Builder::new().name("drains".to_owned());
            match thread.spawn(move || serve(&path, &tasks)) {
                Ok(_) => self.writer = Some(sender),
                Err(error) => tracing::error!("Drains are not kept for the next start: {error}"),
            }
        }
        if let Some(writer) = &self.writer {
            let _ended = writer.send(task);
        }
    }
}

fn serve(path: &Path, tasks: &Receiver<Task>) {
    while let Ok(task) = tasks.recv() {
        match task {
            Task::Keep(kept) => write(path, &kept),
            Task::Then(work) => work(),
        }
    }
}

fn write(path: &Path, kept: &[Kept]) {
    let row = |Kept { instance, drain }: &Kept| Row {
        instance: instance.to_string(),
        since: drain.since.as_secs_f64(),
        until: drain.until.map(|until| until.as_secs_f64()),
        by: drain.by.to_string(),
        reason: drain.reason.as_deref().map(str::to_owned),
    };
    let document = Document { version: VERSION, drains: kept.iter().map(row).collect() };
    let text = serde_json::to_vec(&document).unwrap_or_default();
    let done = match kept.is_empty() {
        true => std::fs::remove_file(path).or_else(|error| match error.kind() {
            std::io::ErrorKind::NotFound => Ok(()),
            _ => Err(error),
        }),
        false => replace(path, &text, OTHERS),
    };
    if let Err(error) = done {
        tracing::error!(
            "{} is not written: {error} - the next start will not know",
            path.display()
        );
    }
}

/// Why the file is of no use.
#[derive(Debug, thiserror::Error)]
enum Unreadable {
    #[error(transparent)]
    File(#[from] std::io::Error),
    #[error("it is damaged: {0}")]
    Damaged(#[from] serde_json::Error),
    #[error("its form {0} is not known")]
    Version(u32),
}

fn read(path: &Path) -> Result<Arc<[Kept]>, Unreadable> {
    let document: Document = serde_json::from_slice(&read_own(path)?)?;
    if document.version != VERSION {
        return Err(Unreadable::Version(document.version));
    }
    let time = |seconds: f64| Duration::try_from_secs_f64(seconds).unwrap_or_default();
    let kept = |row: Row| Kept {
        instance: Arc::from(row.instance),
        drain: Arc::new(Drain {
            since: time(row.since),
            until: row.until.map(time),
            by: Arc::from(row.by),
            reason: row.reason.map(Arc::from),
        }),
    };
    Ok(document.drains.into_iter().map(kept).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn kept(until: Option<u64>) -> Arc<[Kept]> {
        let drain = Drain {
            since: Duration::from_millis(1_500),
            until: until.map(Duration::from_secs),
            by: Arc::from("uid 0"),
            reason: Some(Arc::from("new \"memory\"\n")),
        };
        Arc::from([Kept { instance: Arc::from("VI 1"), drain: Arc::new(drain) }])
    }

    /// Waits for the thread.
    fn settle(file: &mut DrainFile) {
        let (sender, receiver) = channel();
        file.then(move || sender.send(()).unwrap());
        receiver.recv().unwrap();
    }

    #[test]
    fn what_was_kept_last_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vrrp.drains");
        let mut file = DrainFile::new(Some(path.clone()));
        assert!(file.read().is_empty());
        file.keep(kept(None));
        file.keep(kept(Some(60)));
        settle(&mut file);
        assert_eq!(file.read(), kept(Some(60)));
        file.keep(Arc::new([]));
        settle(&mut file);
        assert!(!path.exists() && file.read().is_empty());
    }

    #[test]
    fn a_damaged_file_is_nothing_and_stays_for_who_looks_at_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vrrp.drains");
        for text in ["", "{", r#"{"version":2,"drains":[]}"#, r#"{"version":1,"drains":7}"#] {
            fs::write(&path, text).unwrap();
            assert!(DrainFile::new(Some(path.clone())).read().is_empty());
            assert!(path.exists());
        }
    }

    #[test]
    fn without_a_file_who_waits_is_answered_all_the_same() {
        let mut file = DrainFile::new(None);
        file.keep(kept(None));
        settle(&mut file);
    }
}
