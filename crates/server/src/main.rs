//! The program `orderbase`: reads its arguments and ends with an exit code. Everything else is in the library beside it.

fn main() -> std::process::ExitCode {
    orderbase::run(std::env::args_os()).into()
}
