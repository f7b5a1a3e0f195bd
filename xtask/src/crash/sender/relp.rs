//! Sends lines over RELP: connects anew after each death of the hub, and sends again what was not
//! answered.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::bail;
use bytes::BytesMut;
use signalbox_sdk::codec::relp::{ClientEvent, ClientSession, Decoder};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{Interval, sleep};

use super::{REPEAT_AFTER, ticks};
use crate::crash::books::{Kind, Sent, Waiting};
use crate::crash::sequence;

/// A firewall that speaks RELP.
pub(super) struct RelpSender {
    address: SocketAddr,
    sent: Arc<Sent>,
    batch: u64,
    /// Made and not answered, whatever the connection.
    unanswered: BTreeSet<u64>,
}

/// One connection.
struct Connection {
    stream: TcpStream,
    session: ClientSession,
    input: BytesMut,
    output: Vec<u8>,
    /// Not sent on this connection yet.
    unsent: VecDeque<u64>,
    /// By the transaction that is to be answered.
    on_their_way: HashMap<u32, (u64, Waiting)>,
}

impl RelpSender {
    /// Prepares a sender that makes `batch` lines at a time.
    pub(super) fn new(address: SocketAddr, sent: &Arc<Sent>, batch: u64) -> Self {
        Self { address, sent: Arc::clone(sent), batch, unanswered: BTreeSet::new() }
    }

    /// Sends until the run is over and every line is answered.
    pub(super) async fn run(mut self, period: Duration) {
        let mut ticks = ticks(period);
        // A refused connection or a broken one: the hub is dead, or was.
        while self.talk(&mut ticks).await.is_err() {
            sleep(REPEAT_AFTER).await;
        }
    }

    async fn talk(&mut self, ticks: &mut Interval) -> anyhow::Result<()> {
        let stream = TcpStream::connect(self.address).await?;
        let mut connection = Connection::new(stream, &self.unanswered);
        while !(self.sent.is_over() && self.unanswered.is_empty()) {
            connection.send(&self.sent).await?;
            tokio::select! {
                read = connection.stream.read_buf(&mut connection.input) => {
                    if read? == 0 {
                        bail!("the hub closed the connection");
                    }
                    for number in connection.answered()? {
                        self.unanswered.remove(&number);
                        self.sent.acknowledge(number..number + 1, Kind::Event);
                    }
                }
                _ = ticks.tick(), if connection.unsent.is_empty() && !self.sent.is_over() => {
                    let numbers = self.sent.draw(self.batch);
                    self.unanswered.extend(numbers.clone());
                    connection.unsent.extend(numbers);
                }
            }
        }
        connection.session.close(&mut connection.output);
        connection.stream.write_all(&connection.output).await?;
        Ok(())
    }
}

impl Connection {
    fn new(stream: TcpStream, unanswered: &BTreeSet<u64>) -> Self {
        let (mut session, mut output) = (ClientSession::new(WINDOW), Vec::new());
        session.open("signalbox-crash,1", &mut output);
        Self {
            stream,
            session,
            input: BytesMut::new(),
            output,
            unsent: unanswered.iter().copied().collect(),
            on_their_way: HashMap::new(),
        }
    }

    /// Writes what the window has room for.
    async fn send(&mut self, sent: &Arc<Sent>) -> anyhow::Result<()> {
        while let Some(number) = self.unsent.front().copied() {
            let line = line(number);
            let Some(transaction) = self.session.send(line.as_bytes(), &mut self.output) else {
                break;
            };
            self.unsent.pop_front();
            self.on_their_way.insert(transaction, (number, Waiting::new(sent)));
        }
        self.stream.write_all(&self.output).await?;
        self.output.clear();
        Ok(())
    }

    /// Returns the numbers that what was read acknowledges.
    fn answered(&mut self) -> anyhow::Result<Vec<u64>> {
        let (mut decoder, mut answered) = (Decoder::new(ANSWER_BYTES_MAX), Vec::new());
        while let Some(frame) = decoder.next(&mut self.input)? {
            match self.session.receive(&frame)? {
                ClientEvent::Accepted { transaction } => {
                    let taken = self.on_their_way.remove(&transaction);
                    answered.extend(taken.map(|(number, _)| number));
                }
                ClientEvent::Refused { reason, .. } => bail!("the hub refused a line: {reason}"),
                ClientEvent::Closed => bail!("the hub closed the session"),
                ClientEvent::Opened | ClientEvent::Ignored => {}
            }
        }
        Ok(answered)
    }
}

fn line(number: u64) -> String {
    let text = sequence::text(number);
    format!(
        "<134>Nov 22 10:00:00 firewall-1 CEF:0|Crash|Firewall|1.0|traffic|Connection allowed|3|\
         act=allow proto=TCP src=10.0.3.7 dst=198.51.100.7 dpt=443 msg={text}"
    )
}

/// Lines on their way at most, as in librelp.
const WINDOW: usize = 128;

/// Answers are a few bytes; an error's words fit as well.
const ANSWER_BYTES_MAX: usize = 4096;
