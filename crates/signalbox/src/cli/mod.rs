//! The command line: a file per command.
//!
//! Commands that concern a running hub speak to its control socket. Results go to standard output,
//! one JSON document with `--output json`; logs, progress and prompts go to standard error.

mod alerts;
mod backup;
mod certify;
mod check;
mod client;
mod decode;
mod decoded;
mod demo;
mod dlq;
mod doctor;
mod explain;
mod init;
mod integrations;
mod ledger;
mod logging;
mod output;
mod reload;
mod replay;
mod restore;
mod resume;
mod run;
mod silences;
mod simulate;
mod table;
mod tail;
mod test;
mod time;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::hub::InvalidConfiguration;
pub use output::Output;

/// Connects the tools of a security operations center: no alert is lost, no ticket is made twice.
#[derive(Parser)]
#[command(name = "signalbox", version, about, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Play a short attack story on simulated products, and watch where everything goes.
    Demo(demo::DemoArgs),
    /// Write a commented configuration to start from.
    Init(init::InitArgs),
    /// Check a configuration offline and tell every mistake at once.
    Check(check::CheckArgs),
    /// Run the hub.
    Run(run::RunArgs),
    /// Read the configuration of a running hub again; what is mistaken changes nothing.
    Reload(Common),
    /// Make one harmless call to an integration's product and say which step fails.
    Test(test::TestArgs),
    /// Go through the troubleshooting list of one integration, or of all and the machine.
    Doctor(doctor::DoctorArgs),
    /// Put connectors to the test against their simulators, with faults on, before they go live.
    Certify(certify::CertifyArgs),
    /// Run a simulated product, to try a configuration against.
    Simulate(simulate::SimulateArgs),
    /// Show what the hub would make of saved bytes: offline, without a running hub.
    Decode(decode::DecodeArgs),
    /// Show events as they are committed.
    Tail(tail::TailArgs),
    /// Tell an event's way through the line, and why.
    Explain(explain::ExplainArgs),
    /// List, show, edit, send again and discard what was given up but kept.
    Dlq(dlq::DlqArgs),
    /// Show the sums that must balance: accepted = delivered + dead + suppressed + pending.
    Ledger(ledger::LedgerArgs),
    /// List, show, acknowledge and resolve alerts.
    Alerts(alerts::AlertsArgs),
    /// Show the silences: in force, to come, over.
    Silences(Common),
    /// Copy everything a hub holds to a folder, while it runs or not.
    Backup(backup::BackupArgs),
    /// Make a data folder from a backup; its deliveries are held until `resume`.
    Restore(restore::RestoreArgs),
    /// Let deliveries go that a restore held.
    Resume(Common),
    /// Have a stream send once more what was committed since a time.
    Replay(replay::ReplayArgs),
    /// List, show, enable and disable integrations.
    Integrations(integrations::IntegrationsArgs),
}

/// What every command that concerns a hub takes.
#[derive(Args, Clone, Debug)]
pub struct Common {
    /// The hub's data folder.
    #[arg(long, env = "SIGNALBOX_DATA", default_value = "/var/lib/signalbox", global = true)]
    pub data: PathBuf,
    /// How results are written.
    #[arg(long, value_enum, default_value_t, global = true)]
    pub output: Output,
}

/// Done and good.
pub(crate) const GOOD: u8 = 0;
/// Done and not good.
pub(crate) const NOT_GOOD: u8 = 1;
/// Wrong usage, as the parser of the command line has it.
pub(crate) const WRONG_USAGE: u8 = 2;
/// Wrong configuration.
pub(crate) const WRONG_CONFIGURATION: u8 = 78;

/// Runs the command that the process was started with.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let is_hub = matches!(cli.command, Command::Run(_));
    logging::start(is_hub);
    // The first thing: nothing else may pick another TLS provider. A second call is this program's own.
    rustls::crypto::aws_lc_rs::default_provider().install_default().ok();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("error: start the runtime: {error}");
            return ExitCode::from(NOT_GOOD);
        }
    };
    let outcome = runtime.block_on(dispatch(cli.command));
    runtime.shutdown_background();
    match outcome {
        Ok(code) => ExitCode::from(code),
        Err(error) => fail(&error),
    }
}

async fn dispatch(command: Command) -> anyhow::Result<u8> {
    match command {
        Command::Demo(args) => demo::run(args).await,
        Command::Init(args) => init::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Run(args) => run::run(args).await,
        Command::Reload(common) => reload::run(common).await,
        Command::Test(args) => test::run(args).await,
        Command::Doctor(args) => doctor::run(args).await,
        Command::Certify(args) => certify::run(args).await,
        Command::Simulate(args) => simulate::run(args).await,
        Command::Decode(args) => decode::run(&args),
        Command::Tail(args) => tail::run(args).await,
        Command::Explain(args) => explain::run(args).await,
        Command::Dlq(args) => dlq::run(args).await,
        Command::Ledger(args) => ledger::run(args).await,
        Command::Alerts(args) => alerts::run(args).await,
        Command::Silences(common) => silences::run(common).await,
        Command::Backup(args) => backup::run(args).await,
        Command::Restore(args) => restore::run(args).await,
        Command::Replay(args) => replay::run(args).await,
        Command::Resume(common) => resume::run(common).await,
        Command::Integrations(args) => integrations::run(args).await,
    }
}

fn fail(error: &anyhow::Error) -> ExitCode {
    if let Some(invalid) = error.downcast_ref::<InvalidConfiguration>() {
        eprint!("{}", invalid.0);
        return ExitCode::from(WRONG_CONFIGURATION);
    }
    eprintln!("error: {}", signalbox_sdk::role::inert_text(&format!("{error:#}")));
    let is_usage = error.downcast_ref::<WrongUsage>().is_some();
    ExitCode::from(if is_usage { WRONG_USAGE } else { NOT_GOOD })
}

/// Arguments that make no sense together, which the parser of the command line cannot see.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct WrongUsage(pub(crate) String);
