//! Alert mails (`smtp_alert`): a thread of its own delivers them, one after the other, so that a relay
//! that is slow or dead delays nothing else. A mail that cannot be delivered is lost, as with
//! keepalived; what is wrong is said once, and so is that it works again.

mod alert;
mod delivery;

use std::cell::OnceCell;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread;
use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822;
use jiff::tz::TimeZone;
use nix::unistd::{Uid, User};
use tokio::sync::oneshot;

use crate::engine::notification::Notification;
use crate::ir::global::Global;
use crate::runtime::notify::mail::alert::{Alert, Letterhead, address, compose};
use crate::runtime::notify::mail::delivery::{Failure, Parcel, Taken, deliver, named};
use crate::sys::host_name;

/// `smtp_connect_timeout`, unless said.
const USUAL_PATIENCE: Duration = Duration::from_secs(30);
/// As many mails may wait; those that come then are lost.
const MOST_WAITING: usize = 256;
/// So long the mails of the stop have.
const AT_THE_STOP: Duration = Duration::from_secs(1);
/// Bytes of the thread's stack: the resolver of the C library wants some.
const STACK: usize = 512 * 1024;

/// What a configuration says of mails. What it leaves open depends on the host.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Settings {
    server: (String, u16),
    to: Vec<String>,
    from: Option<String>,
    helo: Option<String>,
    router: Option<String>,
    patience: Duration,
}

impl Settings {
    /// `None` if there is no relay, or nobody to write to.
    fn of(global: &Global) -> Option<Self> {
        let mail = &global.mail;
        let server = mail.server.as_deref()?.clone();
        let to: Vec<String> = mail.recipients.iter().map(|to| to.value.clone()).collect();
        (!to.is_empty()).then(|| Self {
            server,
            to,
            from: mail.from.as_deref().cloned(),
            helo: mail.helo_name.as_deref().cloned(),
            router: global.router_id.as_deref().cloned(),
            patience: mail.connect_timeout.as_ref().map_or(USUAL_PATIENCE, |limit| limit.value),
        })
    }
}

/// An alert on its way.
#[derive(Debug)]
struct Letter {
    settings: Arc<Settings>,
    alert: Alert,
    time: Timestamp,
}

/// The daemon's end: it never waits.
#[derive(Debug, Default)]
pub(super) struct Mailer {
    settings: Option<Arc<Settings>>,
    thread: Option<Thread>,
    /// The last mail found too many waiting.
    full: bool,
}

#[derive(Debug)]
struct Thread {
    letters: SyncSender<Letter>,
    ended: oneshot::Receiver<()>,
}

impl Mailer {
    /// Takes over what a configuration says. The thread begins with the first one that has a relay,
    /// in the network namespace of the calling one.
    pub(super) fn configure(&mut self, global: &Global) {
        self.settings = Settings::of(global).map(Arc::new);
        if self.settings.is_some() && self.thread.is_none() {
            self.thread = Thread::start();
        }
    }

    /// Sends the mail of a report on its way.
    pub(super) fn send(&mut self, notification: &Notification) {
        let (Some(settings), Some(thread)) = (&self.settings, &self.thread) else { return };
        let Some(alert) = Alert::of(notification) else { return };
        let settings = Arc::clone(settings);
        match thread.letters.try_send(Letter { settings, alert, time: Timestamp::now() }) {
            Ok(()) => self.full = false,
            Err(TrySendError::Full(_)) => {
                if !std::mem::replace(&mut self.full, true) {
                    tracing::warn!("{MOST_WAITING} SMTP alerts wait already: others are lost");
                }
            }
            Err(TrySendError::Disconnected(_)) => {}
        }
    }

    /// Lets what waits go, for a moment.
    pub(super) async fn finish(&mut self) {
        if let Some(Thread { letters, ended }) = self.thread.take() {
            drop(letters);
            let _ = tokio::time::timeout(AT_THE_STOP, ended).await;
        }
    }
}

impl Thread {
    fn start() -> Option<Self> {
        let (letters, queue) = sync_channel(MOST_WAITING);
        let (ends, ended) = oneshot::channel();
        let started =
            thread::Builder::new().name("mail".to_owned()).stack_size(STACK).spawn(move || {
                work(&queue);
                let _nobody_waits = ends.send(());
            });
        match started {
            Ok(_) => Some(Self { letters, ended }),
            Err(error) => {
                tracing::error!("Unable to start the mail thread: {error}");
                None
            }
        }
    }
}

/// Delivers until nobody can send any more.
fn work(queue: &Receiver<Letter>) {
    let host = Host::default();
    let mut journal = Journal::default();
    while let Ok(letter) = queue.recv() {
        let outcome = host.post(&letter);
        let lines = match &outcome {
            Ok(taken) => journal.taken(taken),
            // Each of those that wait would wait as long again, and come late.
            Err(failure) if !failure.is_answer() => {
                journal.failed(failure, 1 + queue.try_iter().count())
            }
            Err(failure) => journal.failed(failure, 1),
        };
        for line in lines {
            tracing::warn!("{line}");
        }
        if outcome.is_ok() {
            tracing::debug!("SMTP alert successfully sent.");
        }
    }
}

/// What mails say of this host where the configuration does not; looked up once.
#[derive(Debug, Default)]
struct Host {
    name: OnceCell<String>,
}

impl Host {
    fn name(&self) -> &str {
        self.name.get_or_init(|| host_name::canonical().unwrap_or_else(|| "[unknown]".to_owned()))
    }

    fn sender(&self) -> String {
        let user = User::from_uid(Uid::effective()).ok().flatten();
        let user = user.map_or_else(|| Uid::effective().to_string(), |user| user.name);
        format!("{user}@{}", self.name())
    }

    fn post(&self, letter: &Letter) -> Result<Taken, Failure> {
        let Letter { settings, alert, time } = letter;
        let Settings { server, to, from, helo, router, patience } = &**settings;
        let from = from.clone().unwrap_or_else(|| self.sender());
        let date =
            rfc2822::to_string(&time.to_zoned_datetime(TimeZone::system())).unwrap_or_default();
        let head = Letterhead {
            router: router.as_deref().unwrap_or_else(|| self.name()),
            from: &from,
            to,
            date: &date,
        };
        let addresses: Vec<String> = to.iter().map(|to| address(to)).collect();
        deliver(&Parcel {
            server,
            patience: *patience,
            helo: &address(helo.as_deref().unwrap_or_else(|| self.name())),
            from: &address(&from),
            to: &addresses,
            text: &compose(&head, alert),
        })
    }
}

/// What was said of failures, so that each is said once.
#[derive(Debug, Default)]
struct Journal {
    /// The last failure, as it was said.
    said: Option<String>,
    /// Mails lost since the last that was taken.
    lost: usize,
}

impl Journal {
    /// What there is to say of a mail that was taken.
    fn taken(&mut self, taken: &Taken) -> Vec<String> {
        let again = self.lost > 0;
        let mut lines = Vec::new();
        if again {
            let (server, lost) = (named(taken.server), self.lost);
            lines.push(format!("SMTP server {server} takes alerts again, {lost} were lost"));
            self.lost = 0;
        }
        let refused: Vec<String> = taken.refused.iter().map(ToString::to_string).collect();
        let refused = (!refused.is_empty()).then(|| refused.join("; "));
        if refused.is_some() && refused != self.said {
            lines.extend(refused.clone());
        }
        self.said = refused;
        lines
    }

    /// What there is to say of mails that are lost.
    fn failed(&mut self, failure: &Failure, lost: usize) -> Vec<String> {
        self.lost = self.lost.saturating_add(lost);
        let text = failure.to_string();
        if self.said.as_ref() == Some(&text) {
            return Vec::new();
        }
        self.said = Some(text.clone());
        vec![text]
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, BufRead, BufReader, Write};
    use std::net::{SocketAddr, TcpListener};
    use std::time::Instant;

    use super::*;

    fn server() -> SocketAddr {
        "192.0.2.25:25".parse().unwrap()
    }

    fn refused() -> Failure {
        Failure::Refused { server: server(), step: "RCPT", answer: "550 no".to_owned() }
    }

    fn silent() -> Failure {
        Failure::Timeout { server: server(), step: "(E)SMTP" }
    }

    #[test]
    fn a_failure_is_said_once_and_so_is_its_end() {
        let taken = |refused| Taken { server: server(), refused };
        let mut journal = Journal::default();
        assert_eq!(journal.taken(&taken(vec![])), [""; 0]);
        let told = journal.failed(&silent(), 3);
        assert_eq!(told, ["Timeout connecting SMTP server [192.0.2.25]:25."]);
        assert_eq!(journal.failed(&silent(), 1), [""; 0]);
        let told = journal.failed(&refused(), 1);
        let no =
            "Error processing RCPT cmd on SMTP server [192.0.2.25]:25. SMTP status code = 550 no";
        assert_eq!(told, [no], "another failure");
        let again = "SMTP server [192.0.2.25]:25 takes alerts again, 5 were lost";
        assert_eq!(journal.taken(&taken(vec![])), [again]);
        assert_eq!(journal.taken(&taken(vec![])), [""; 0]);
        assert_eq!(journal.taken(&taken(vec![refused()])), [no]);
        assert_eq!(journal.taken(&taken(vec![refused()])), [""; 0], "the same recipient");
    }

    fn parcel<'a>(server: &'a (String, u16), to: &'a [String]) -> Parcel<'a> {
        let patience = Duration::from_millis(300);
        Parcel {
            server,
            patience,
            helo: "h.example.org",
            from: "root",
            to,
            text: "A: b\r\n\r\n.c\r\n",
        }
    }

    /// Delivers to a relay on this host that answers with these lines, one for each line it gets but
    /// those of the mail itself. Gives what it got.
    fn delivered(answers: &'static [&str]) -> (Result<Taken, Failure>, Vec<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = ("127.0.0.1".to_owned(), listener.local_addr().unwrap().port());
        let relay = thread::spawn(move || {
            let mut got = Vec::new();
            let (stream, _) = listener.accept().unwrap();
            let mut answers = answers.iter();
            let answer = |text: Option<&&str>| -> io::Result<()> {
                (&stream)
                    .write_all(text.map_or(String::new(), |text| format!("{text}\r\n")).as_bytes())
            };
            answer(answers.next()).unwrap();
            let mut data = false;
            for line in BufReader::new(&stream).split(b'\n').map_while(Result::ok) {
                let line = String::from_utf8(line).unwrap();
                let line = line.strip_suffix('\r').unwrap().to_owned();
                data = (data || line == "DATA") && line != ".";
                let inside = data && line != "DATA";
                got.push(line);
                if !inside && answer(answers.next()).is_err() {
                    break;
                }
            }
            got
        });
        let outcome = deliver(&parcel(&server, &["a@b".to_owned(), "c".to_owned()]));
        (outcome, relay.join().unwrap())
    }

    #[test]
    fn the_dialogue_is_that_of_rfc_5321() {
        let (outcome, got) = delivered(&[
            "220-a\r\n220 b",
            "250-a\r\n250 b",
            "250 ",
            "250 ",
            "251 ",
            "354 ",
            "250 ",
            "221 ",
        ]);
        assert!(outcome.unwrap().refused.is_empty());
        let expected = [
            "EHLO h.example.org",
            "MAIL FROM:<root>",
            "RCPT TO:<a@b>",
            "RCPT TO:<c>",
            "DATA",
            "A: b",
            "",
            "..c",
            "",
            ".",
            "QUIT",
        ];
        assert_eq!(got, expected);
    }

    #[test]
    fn others_get_the_mail_if_one_recipient_is_refused() {
        let (outcome, got) =
            delivered(&["220 ", "250 a", "250 ", "550 no", "250 ", "354 ", "250 ", "221 "]);
        let said: Vec<String> = outcome.unwrap().refused.iter().map(ToString::to_string).collect();
        assert!(said[0].ends_with("SMTP status code = 550 no"), "{said:?}");
        assert!(got.contains(&"DATA".to_owned()));

        let (outcome, got) = delivered(&["220 ", "250 a", "250 ", "550 no", "450 later", "221 "]);
        assert!(outcome.unwrap_err().is_answer());
        assert_eq!(got.last().unwrap(), "QUIT");
        assert!(!got.contains(&"DATA".to_owned()));
    }

    #[test]
    fn a_relay_that_says_no_says_nothing_or_is_not_there_is_a_failure_in_time() {
        let begin = Instant::now();
        let (no, _) = delivered(&["554 go away"]);
        let no = no.unwrap_err();
        assert!(no.is_answer() && no.to_string().contains("554 go away"), "{no}");
        let (nothing, _) = delivered(&[]);
        assert!(matches!(nothing, Err(Failure::Timeout { .. })), "{nothing:?}");
        let (late, _) = delivered(&["220 ", "250 a", "250 "]);
        assert!(late.unwrap_err().to_string().starts_with("Timeout processing RCPT cmd"));
        assert!(begin.elapsed() < Duration::from_secs(5), "{:?}", begin.elapsed());

        let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let nobody = deliver(&parcel(&("127.0.0.1".to_owned(), free.port()), &["a".to_owned()]));
        let said = nobody.unwrap_err().to_string();
        assert!(said.starts_with("SMTP connection ERROR to [127.0.0.1]:"), "{said}");
        // Too long for a name: no name server is asked.
        let unknown = deliver(&parcel(&("x".repeat(300), 25), &["a".to_owned()]));
        assert!(matches!(unknown, Err(Failure::Unknown { .. })));
    }
}
