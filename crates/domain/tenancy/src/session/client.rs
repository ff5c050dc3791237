//! From where a session was begun, for its owner to recognise it. Nothing is decided by it, so what is too long is cut, not refused.

/// Network and user agent as they were at sign-in. Personal data.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SessionClient {
    network: Option<String>,
    user_agent: Option<String>,
}

impl SessionClient {
    /// Bounds in Unicode scalar values.
    pub const NETWORK_MAX: usize = 64;
    pub const USER_AGENT_MAX: usize = 200;

    /// Cuts both to their bounds and leaves out control characters; what is then empty is absent.
    #[must_use]
    pub fn seen(network: Option<&str>, user_agent: Option<&str>) -> Self {
        Self { network: cut(network, Self::NETWORK_MAX), user_agent: cut(user_agent, Self::USER_AGENT_MAX) }
    }

    #[must_use]
    pub fn network(&self) -> Option<&str> {
        self.network.as_deref()
    }

    #[must_use]
    pub fn user_agent(&self) -> Option<&str> {
        self.user_agent.as_deref()
    }
}

fn cut(text: Option<&str>, max: usize) -> Option<String> {
    let text: String = text?.trim().chars().filter(|c| !c.is_control()).take(max).collect();
    let text = text.trim_end();
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_seen_is_cut_and_cleaned() {
        let client = SessionClient::seen(Some(&"1".repeat(65)), Some(&"é".repeat(201)));
        assert_eq!((client.network().unwrap().len(), client.user_agent().unwrap().chars().count()), (64, 200));
        let client = SessionClient::seen(Some(" 203.0.113.9/32 "), Some("curl\r\n/8\u{1b}[0m"));
        assert_eq!((client.network(), client.user_agent()), (Some("203.0.113.9/32"), Some("curl/8[0m")));
        assert_eq!(SessionClient::seen(Some(" \n"), None), SessionClient::default());
        let again = SessionClient::seen(client.network(), client.user_agent());
        assert_eq!(again, client);
    }
}
