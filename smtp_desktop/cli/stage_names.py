"""What stages are called where there is little room."""

from smtp_desktop.domain.diagnosis.conversation import Stage

STAGE_NAMES = {
    Stage.FIND_HOST: "Find host",
    Stage.CONNECT: "Connect",
    Stage.SECURE: "Secure",
    Stage.GREET: "Greet",
    Stage.SIGN_IN: "Sign in",
    Stage.SENDER: "Sender",
    Stage.RECIPIENT: "Recipient",
    Stage.CONTENT: "Content",
    Stage.TOKEN: "Token",
    Stage.MAILBOX: "Mailbox",
    Stage.SEND: "Send",
}
