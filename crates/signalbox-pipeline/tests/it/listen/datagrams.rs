//! Datagrams: nothing is lost but what the kernel drops, and that is counted.

use std::net::SocketAddr;
use std::sync::atomic::Ordering;

use signalbox_sdk::role::Transport;
use tokio::net::UdpSocket;

use super::{Served, eventually, later};

const UDP: Transport = Transport::Udp { receive_buffer_bytes: 64 << 10 };

async fn send(address: SocketAddr, datagrams: &[&[u8]]) {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    for datagram in datagrams {
        socket.send_to(datagram, address).await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn datagrams_are_committed() {
    let served = Served::over(UDP).await;
    let large = format!("log {} -", "x".repeat(40_000));

    send(served.address, &[b"log a -", b"", large.as_bytes()]).await;

    eventually(|| served.totals().frames == 2).await;
    assert_eq!(served.intake().accepted, 2);
}

#[tokio::test(start_paused = true)]
async fn a_journal_that_refuses_loses_no_datagram() {
    let served = Served::over(UDP).await;
    let refusals = served.break_disk();
    send(served.address, &[b"log a -"]).await;
    eventually(|| refusals.load(Ordering::Relaxed) > 0).await;

    send(served.address, &[b"log b -", b"log c -"]).await;
    served.mend_disk();
    later(|| served.totals().frames == 3).await;

    let intake = served.intake();
    assert_eq!((intake.received, intake.accepted, intake.refused), (3, 3, 0));
}

#[tokio::test(start_paused = true)]
async fn what_the_kernel_drops_is_counted() {
    let served = Served::over(Transport::Udp { receive_buffer_bytes: 4 << 10 }).await;
    served.gate.set_enabled(false);
    let datagrams = vec![&b"log a -"[..]; 500];

    send(served.address, &datagrams).await;
    let dropped = served.totals().datagrams_dropped;
    served.gate.set_enabled(true);
    later(|| served.totals().frames + dropped == 500).await;

    assert!(dropped > 0);
    assert_eq!(served.totals().datagrams_dropped, dropped);
}

#[tokio::test(start_paused = true)]
async fn a_flood_is_committed_in_one_piece_where_senders_wait_for_answers() {
    let served = Served::over(Transport::Udp { receive_buffer_bytes: 1 << 20 }).await;
    served.answer_a_sender().await;
    let before = served.chunks();

    send(served.address, &[&b"log a -"[..]; 200]).await;
    later(|| served.totals().frames == 200).await;

    assert_eq!(served.chunks(), before + 1);
    assert_eq!(served.intake().accepted, 201);
}

#[tokio::test(start_paused = true)]
async fn what_was_read_of_a_flood_is_committed_at_a_stop() {
    let served = Served::over(Transport::Udp { receive_buffer_bytes: 1 << 20 }).await;
    served.answer_a_sender().await;
    send(served.address, &[&b"log a -"[..]; 200]).await;
    tokio::task::yield_now().await;

    served.tell_to_stop();

    assert_eq!(served.ended().await.accepted, 201);
}

#[tokio::test(start_paused = true)]
async fn a_stop_takes_the_datagrams_that_have_arrived() {
    let served = Served::over(UDP).await;

    send(served.address, &[b"log a -", b"log b -", b"log c -"]).await;
    served.tell_to_stop();

    assert_eq!(served.ended().await.accepted, 3);
}
