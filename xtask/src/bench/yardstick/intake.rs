//! Signed requests: one thread that reads what is there, verifies it, syncs it once and answers it.

use std::collections::HashMap;
use std::io::{ErrorKind, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::fd::{AsFd as _, OwnedFd};

use hmac::{Hmac, KeyInit as _, Mac as _};
use rustix::event::epoll::{self, CreateFlags, Event, EventData, EventFlags};
use sha2::Sha256;

use super::store::Store;
use crate::bench::http::{Input, Message, header};

struct Connection {
    stream: TcpStream,
    input: Input,
    answers: Vec<u8>,
}

struct Intake {
    store: Store,
    key: Hmac<Sha256>,
    poll: OwnedFd,
    listener: TcpListener,
    connections: HashMap<u64, Connection>,
    accepted: u64,
    /// Verified and not committed.
    batch: Vec<u8>,
    /// Connections that wait for an answer.
    waiting: Vec<u64>,
}

/// Serves until it is killed.
pub(super) fn run(store: Store, key: &[u8]) -> anyhow::Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    listener.set_nonblocking(true)?;
    println!("{}", listener.local_addr()?);
    let poll = epoll::create(CreateFlags::CLOEXEC)?;
    epoll::add(&poll, listener.as_fd(), EventData::new_u64(LISTENER), EventFlags::IN)?;
    let mut intake = Intake {
        store,
        key: Hmac::new_from_slice(key)?,
        poll,
        listener,
        connections: HashMap::new(),
        accepted: LISTENER,
        batch: Vec::new(),
        waiting: Vec::new(),
    };
    let mut events: Vec<Event> = Vec::with_capacity(EVENTS_MAX);
    loop {
        events.clear();
        epoll::wait(&intake.poll, rustix::buffer::spare_capacity(&mut events), None)?;
        for event in &events {
            match event.data.u64() {
                LISTENER => intake.accept()?,
                connection => intake.read(connection),
            }
        }
        intake.commit_and_answer()?;
    }
}

impl Intake {
    fn accept(&mut self) -> anyhow::Result<()> {
        while let Ok((stream, _)) = self.listener.accept() {
            stream.set_nonblocking(true)?;
            stream.set_nodelay(true)?;
            self.accepted += 1;
            let data = EventData::new_u64(self.accepted);
            epoll::add(&self.poll, stream.as_fd(), data, EventFlags::IN)?;
            let connection = Connection { stream, input: Input::default(), answers: Vec::new() };
            self.connections.insert(self.accepted, connection);
        }
        Ok(())
    }

    fn read(&mut self, number: u64) {
        let Some(connection) = self.connections.get_mut(&number) else { return };
        match connection.input.fill(&mut connection.stream) {
            Ok(0) => drop(self.connections.remove(&number)),
            Ok(_) => {
                while let Some(message) = connection.input.message() {
                    let answer = verify(&self.key, &message).map_or(UNAUTHORIZED, |()| {
                        self.batch.extend_from_slice(&(message.body.len() as u32).to_le_bytes());
                        self.batch.extend_from_slice(message.body);
                        OK
                    });
                    connection.answers.extend_from_slice(answer);
                    self.waiting.push(number);
                }
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(_) => drop(self.connections.remove(&number)),
        }
    }

    fn commit_and_answer(&mut self) -> std::io::Result<()> {
        if !self.batch.is_empty() {
            self.store.commit(&self.batch)?;
            self.batch.clear();
        }
        for number in self.waiting.drain(..) {
            let Some(connection) = self.connections.get_mut(&number) else { continue };
            // A sender that is gone shows when the connection is read.
            connection.stream.write_all(&connection.answers).ok();
            connection.answers.clear();
        }
        Ok(())
    }
}

fn verify(key: &Hmac<Sha256>, message: &Message<'_>) -> Option<()> {
    let signature = header(message.head, "x-signature")?;
    let mut signed = [0; 32];
    hex::decode_to_slice(signature, &mut signed).ok()?;
    let mut hmac = key.clone();
    hmac.update(message.body);
    hmac.verify_slice(&signed).ok()
}

const LISTENER: u64 = 0;

const EVENTS_MAX: usize = 1024;

const OK: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

const UNAUTHORIZED: &[u8] = b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n";
