//! Lines in, events out: TCP, CEF, JSON, zstd, a sync for each thousand, then a POST.
//!
//! Two threads, so that the disk is waited for while the next thousand is made; a short queue
//! between them holds the sender back.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::{mem, thread};

use anyhow::{Context as _, ensure};
use memchr::memchr;
use zstd::bulk::Compressor;

use super::cef::Cef;
use super::event;
use super::store::Store;
use crate::bench::http::Input;

/// A thousand events: as they are kept, and as they are sent.
struct Chunk {
    stored: Vec<u8>,
    body: Vec<u8>,
}

/// Serves one connection after the other.
pub(super) fn run(mut store: Store, sink: SocketAddr) -> anyhow::Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    println!("{}", listener.local_addr()?);
    for connection in listener.incoming() {
        let connection = connection?;
        let (chunks, received) = sync_channel(QUEUE);
        thread::scope(|scope| {
            let reader = scope.spawn(move || make(connection, &chunks));
            commit_and_send(&mut store, sink, &received)?;
            reader.join().ok().context("the reader ended early")?
        })?;
    }
    Ok(())
}

fn make(mut connection: TcpStream, chunks: &SyncSender<Chunk>) -> anyhow::Result<()> {
    let mut packer = Packer { compressor: Compressor::new(LEVEL)?, body: Vec::new(), events: 0 };
    let (mut input, mut end) = (vec![0; INPUT_BYTES], 0);
    loop {
        let read = connection.read(input.get_mut(end..).unwrap_or_default())?;
        if read == 0 {
            return packer.pack(chunks);
        }
        end += read;
        let used = packer.take(input.get(..end).unwrap_or_default(), chunks)?;
        input.copy_within(used..end, 0);
        end -= used;
    }
}

struct Packer {
    compressor: Compressor<'static>,
    body: Vec<u8>,
    events: usize,
}

impl Packer {
    /// Takes the whole lines, and returns how many bytes they are.
    fn take(&mut self, input: &[u8], chunks: &SyncSender<Chunk>) -> anyhow::Result<usize> {
        let (mut rest, mut cef) = (input, Cef::default());
        while let Some(end) = memchr(b'\n', rest) {
            let (line, behind) = rest.split_at(end);
            rest = behind.get(1..).unwrap_or_default();
            if cef.read(line).is_none() {
                continue;
            }
            event::write(&cef, &mut self.body);
            self.events += 1;
            if self.events == CHUNK_EVENTS {
                self.pack(chunks)?;
            }
        }
        Ok(input.len() - rest.len())
    }

    fn pack(&mut self, chunks: &SyncSender<Chunk>) -> anyhow::Result<()> {
        if self.body.is_empty() {
            return Ok(());
        }
        let packed = self.compressor.compress(&self.body)?;
        let mut stored = Vec::with_capacity(packed.len() + 8);
        stored.extend_from_slice(&u32::try_from(packed.len())?.to_le_bytes());
        stored.extend_from_slice(&crc32c::crc32c(&packed).to_le_bytes());
        stored.extend_from_slice(&packed);
        let body = mem::replace(&mut self.body, Vec::with_capacity(BODY_BYTES));
        self.events = 0;
        chunks.send(Chunk { stored, body }).context("the sink does not answer")
    }
}

fn commit_and_send(
    store: &mut Store,
    sink: SocketAddr,
    chunks: &Receiver<Chunk>,
) -> anyhow::Result<()> {
    let mut connection = TcpStream::connect(sink)?;
    connection.set_nodelay(true)?;
    let mut answers = Input::default();
    for chunk in chunks {
        store.commit(&chunk.stored)?;
        write!(
            connection,
            "POST /services/collector/event HTTP/1.1\r\nHost: {sink}\r\nContent-Length: {}\r\n\r\n",
            chunk.body.len()
        )?;
        connection.write_all(&chunk.body)?;
        let answer = answers.next(&mut connection)?.context("the sink closed the connection")?;
        ensure!(answer.head.starts_with(b"HTTP/1.1 200"), "the sink refused a request");
    }
    Ok(())
}

const CHUNK_EVENTS: usize = 1000;

/// Chunks that wait for the disk.
const QUEUE: usize = 4;

const LEVEL: i32 = 1;

const INPUT_BYTES: usize = 512 << 10;

const BODY_BYTES: usize = 1 << 20;
