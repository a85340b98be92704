//! A connection to the SNMP agent: whole PDUs in and out.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpStream, UnixStream};
use tokio::sync::mpsc;

use crate::net::agentx::{HEADER, Malformed, Message, decode, encode, payload_length};

/// The port of AgentX.
const PORT: u16 = 705;

/// Longest wait for an agent that does not answer, or does not read.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// What ended a connection.
#[derive(Debug, thiserror::Error)]
pub(super) enum Broken {
    /// The kernel said so.
    #[error("{0}")]
    Socket(#[from] io::Error),
    /// What came is no AgentX.
    #[error("{0}")]
    Malformed(#[from] Malformed),
    /// It did not answer, or did not read.
    #[error("it does not answer")]
    Silent,
    /// It ended the connection.
    #[error("it has closed the connection")]
    Closed,
    /// It does not want the sub-agent, or what it serves.
    #[error("it refuses with error {0}")]
    Refused(u16),
    /// The address is of a kind that is not spoken.
    #[error("an address of this kind is not known")]
    Address,
}

/// The connection. Who drops it ends it.
pub(super) struct Stream {
    writer: Box<dyn AsyncWrite + Unpin>,
    /// Read by a task of its own, so that a half-read PDU is never lost.
    incoming: mpsc::Receiver<Result<Message, Broken>>,
}

impl Stream {
    /// Connects to `unix:PATH`, a path, `tcp:HOST:PORT` or `HOST:PORT`.
    pub(super) async fn connect(address: &str) -> Result<Self, Broken> {
        let path = address.strip_prefix("unix:").or(address.starts_with('/').then_some(address));
        if let Some(path) = path {
            let (reader, writer) = UnixStream::connect(path).await?.into_split();
            return Ok(Self::over(reader, writer));
        }
        let address = address.strip_prefix("tcp:").unwrap_or(address);
        let (host, port) = match address.rsplit_once(':') {
            Some((host, port)) => (host, port.parse().map_err(|_| Broken::Address)?),
            None => (address, PORT),
        };
        // Datagrams and the like: no agent of today listens there.
        if host.contains(':') && !host.starts_with('[') {
            return Err(Broken::Address);
        }
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let (reader, writer) = TcpStream::connect((host, port)).await?.into_split();
        Ok(Self::over(reader, writer))
    }

    fn over(
        reader: impl AsyncRead + Unpin + Send + 'static,
        writer: impl AsyncWrite + Unpin + 'static,
    ) -> Self {
        let (out, incoming) = mpsc::channel(8);
        tokio::spawn(read(reader, out));
        Self { writer: Box::new(writer), incoming }
    }

    /// The next PDU. Safe to drop and call again.
    pub(super) async fn next(&mut self) -> Result<Message, Broken> {
        self.incoming.recv().await.unwrap_or(Err(Broken::Closed))
    }

    /// Sends to an agent that reads; one that does not is as good as gone.
    pub(super) async fn send(&mut self, message: &Message) -> Result<(), Broken> {
        let bytes = encode(message);
        match tokio::time::timeout(PATIENCE, self.writer.write_all(&bytes)).await {
            Ok(sent) => Ok(sent?),
            Err(_) => Err(Broken::Silent),
        }
    }
}

/// Reads PDUs until there are no more, or nobody wants them.
async fn read(mut reader: impl AsyncRead + Unpin, out: mpsc::Sender<Result<Message, Broken>>) {
    loop {
        let message = read_one(&mut reader).await;
        let last = message.is_err();
        let sent = tokio::select! {
            sent = out.send(message) => sent,
            () = out.closed() => return,
        };
        if last || sent.is_err() {
            return;
        }
    }
}

async fn read_one(reader: &mut (impl AsyncRead + Unpin)) -> Result<Message, Broken> {
    let mut header = [0; HEADER];
    reader.read_exact(&mut header).await.map_err(end)?;
    let mut bytes = header.to_vec();
    bytes.resize(HEADER.saturating_add(payload_length(&header)?), 0);
    if let Some(payload) = bytes.get_mut(HEADER..) {
        reader.read_exact(payload).await.map_err(end)?;
    }
    Ok(decode(&bytes)?)
}

fn end(error: io::Error) -> Broken {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => Broken::Closed,
        _ => Broken::Socket(error),
    }
}
