//! One connection: lines in, lines out, each within its limits.

use std::io;
use std::os::fd::AsFd;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio::time::{Instant, timeout, timeout_at};

use crate::control::protocol::{LONGEST_REQUEST, Problem, ProblemCode, Wish};
use crate::control::{Answer, Request};
use crate::engine::drain::{Command, Target};
use crate::runtime::control::{Desk, line, unavailable};
use crate::sys::peer::Peer;

/// How long a connection may be silent between requests.
const IDLE: Duration = Duration::from_secs(10);
/// How long a request may take to come, from its first byte.
const REQUEST: Duration = Duration::from_secs(5);
/// How long an answer may take to be read.
const ANSWER: Duration = Duration::from_secs(5);
/// Bytes that are read at a time.
const AT_ONCE: usize = 4_096;

/// Somebody who has connected.
#[derive(Debug)]
pub(super) struct Connection {
    stream: UnixStream,
    peer: Peer,
    /// Who that is, in words.
    name: Arc<str>,
    /// What has been read and not been looked at.
    unread: Vec<u8>,
}

/// Tells one too many so.
pub(super) fn refuse(stream: &UnixStream) {
    let text = "too many connections, try again";
    // A new connection has room for a line; if not, it learns by the end.
    let _full = stream.try_write(&line(&Answer::problem(Problem::new(ProblemCode::Busy, text))));
}

impl Connection {
    /// # Errors
    /// The other end is gone already.
    pub(super) fn new(stream: UnixStream) -> io::Result<Self> {
        let peer = Peer::of(stream.as_fd())?;
        let name = Arc::from(format!("uid {}, pid {}", peer.uid, peer.pid));
        Ok(Self { stream, peer, name, unread: Vec::new() })
    }

    /// Answers until the other end closes, or breaks a limit.
    pub(super) async fn serve(mut self, desk: &Desk) {
        loop {
            let request = match self.request().await {
                Ok(Some(request)) => request,
                Ok(None) => return,
                Err(problem) => {
                    self.answer(&line(&Answer::problem(problem))).await;
                    return;
                }
            };
            let (answer, go_on) = match Request::read(&request, &self.name) {
                Ok(Wish::Status(None)) => (desk.whole_status().await, true),
                Ok(Wish::Status(Some(name))) => (desk.status_of(name).await, true),
                Ok(Wish::Configuration) => (self.configuration(desk).await, true),
                Ok(Wish::Command(command)) => (line(&self.command(desk, command).await), true),
                Err(problem) => (line(&Answer::problem(problem)), false),
            };
            if !self.answer(&answer).await || !go_on {
                return;
            }
        }
    }

    /// The next line; none at the end.
    async fn request(&mut self) -> Result<Option<Vec<u8>>, Problem> {
        let mut deadline = Instant::now() + IDLE;
        let mut looked_at = 0;
        loop {
            let fresh = self.unread.get(looked_at..).unwrap_or_default();
            if let Some(end) = fresh.iter().position(|byte| *byte == b'\n') {
                let rest = self.unread.split_off(looked_at.saturating_add(end).saturating_add(1));
                return Ok(Some(std::mem::replace(&mut self.unread, rest)));
            }
            looked_at = self.unread.len();
            if looked_at >= LONGEST_REQUEST {
                let text = format!("a request has at most {LONGEST_REQUEST} bytes");
                return Err(Problem::new(ProblemCode::TooLong, text));
            }
            self.unread.reserve(AT_ONCE);
            let was_empty = self.unread.is_empty();
            match timeout_at(deadline, self.stream.read_buf(&mut self.unread)).await {
                Ok(Ok(0) | Err(_)) => return Ok(None),
                Ok(Ok(_)) if was_empty => deadline = Instant::now() + REQUEST,
                Ok(Ok(_)) => {}
                Err(_) => {
                    let text = "no request came in time";
                    return Err(Problem::new(ProblemCode::TooSlow, text));
                }
            }
        }
    }

    /// True if it was read in time.
    async fn answer(&mut self, text: &[u8]) -> bool {
        matches!(timeout(ANSWER, self.stream.write_all(text)).await, Ok(Ok(())))
    }

    async fn configuration(&self, desk: &Desk) -> Arc<[u8]> {
        if self.is_trusted() {
            return desk.configuration().await;
        }
        tracing::warn!("Control: {} may not see the configuration", self.name);
        let text = "only root may see the configuration: it holds passwords";
        line(&Answer::problem(Problem::new(ProblemCode::Forbidden, text)))
    }

    async fn command(&self, desk: &Desk, command: Command) -> Answer {
        if !self.may_command(desk.group) {
            tracing::warn!("Control: {} may not command", self.name);
            let text = "only root and the group of the socket may command";
            return Answer::problem(Problem::new(ProblemCode::Forbidden, text));
        }
        let target = command.target.clone();
        match desk.views.command(command).await {
            Ok(concerned) => match target {
                Target::Instance(name) if concerned.is_empty() => Answer::unknown(&name),
                _ => Answer::done(concerned),
            },
            Err(problem) => unavailable(problem),
        }
    }

    fn may_command(&self, group: Option<u32>) -> bool {
        let is_member = group.is_some_and(|group| self.peer.groups.contains(&group));
        self.is_trusted() || is_member
    }

    /// Root and the daemon's own user, who can read its files and its memory anyway.
    fn is_trusted(&self) -> bool {
        self.peer.uid == 0 || self.peer.uid == nix::unistd::geteuid().as_raw()
    }
}
