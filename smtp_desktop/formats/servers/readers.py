"""The readers of this room, the most specific first."""

from smtp_desktop.formats.reader import FormatReader
from smtp_desktop.formats.servers.alertmanager import AlertmanagerReader
from smtp_desktop.formats.servers.gitea import GiteaReader
from smtp_desktop.formats.servers.gitlab import GitLabReader
from smtp_desktop.formats.servers.grafana import GrafanaReader
from smtp_desktop.formats.servers.jenkins import JenkinsReader
from smtp_desktop.formats.servers.keycloak import KeycloakReader
from smtp_desktop.formats.servers.mattermost import MattermostReader
from smtp_desktop.formats.servers.nextcloud import NextcloudReader
from smtp_desktop.formats.servers.php import PhpReader
from smtp_desktop.formats.servers.wordpress import WordPressReader
from smtp_desktop.formats.servers.zabbix import ZabbixReader

SERVER_READERS: tuple[FormatReader, ...] = (
    KeycloakReader(),
    ZabbixReader(),
    JenkinsReader(),
    NextcloudReader(),
    WordPressReader(),
    GitLabReader(),
    GrafanaReader(),
    GiteaReader(),
    MattermostReader(),
    AlertmanagerReader(),
    PhpReader(),
)
