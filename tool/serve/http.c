// SPDX-License-Identifier: GPL-2.0-only
#include <limits.h>
#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>

#include "serve/http.h"

enum {
	MAX_CONNECTIONS = 128,
	IDLE_S = 30,		/* a client that says nothing has to come again */
	REQUEST_MAX = 16 << 10,
};

#define TEXT_TYPE	 "text/plain; version=0.0.4; charset=utf-8"
#define OPENMETRICS_TYPE "application/openmetrics-text"

struct http {
	struct MHD_Daemon *daemon;
	http_page *page;
	void *data;
};

static enum MHD_Result answer(struct MHD_Connection *connection, unsigned int status,
			      const char *type, const char *body, size_t size, const char *allowed)
{
	struct MHD_Response *response =
		MHD_create_response_from_buffer(size, (void *)body, MHD_RESPMEM_MUST_COPY);
	enum MHD_Result result;

	if (!response)
		return MHD_NO;
	MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
	if (allowed)
		MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, allowed);
	result = MHD_queue_response(connection, status, response);
	MHD_destroy_response(response);
	return result;
}

static enum MHD_Result answer_text(struct MHD_Connection *connection, unsigned int status,
				   const char *text, const char *allowed)
{
	return answer(connection, status, "text/plain; charset=utf-8", text, strlen(text), allowed);
}

static enum MHD_Result answer_page(struct MHD_Connection *connection, const struct http *http)
{
	const char *accepted = MHD_lookup_connection_value(connection, MHD_HEADER_KIND,
							   MHD_HTTP_HEADER_ACCEPT);
	bool openmetrics = accepted && strstr(accepted, OPENMETRICS_TYPE);
	size_t size;
	const char *page = http->page(openmetrics, &size, http->data);

	if (!page)
		return answer_text(connection, MHD_HTTP_INTERNAL_SERVER_ERROR,
				   "not enough memory\n", NULL);
	return answer(connection, MHD_HTTP_OK,
		      openmetrics ? OPENMETRICS_TYPE "; version=1.0.0; charset=utf-8" : TEXT_TYPE,
		      page, size, NULL);
}

/* What the client sends behind its head is not read. */
static enum MHD_Result take_request(void *data, struct MHD_Connection *connection, const char *url,
				    const char *method, const char *version, const char *upload,
				    size_t *upload_size, void **state)
{
	if (strcmp(method, MHD_HTTP_METHOD_GET) && strcmp(method, MHD_HTTP_METHOD_HEAD))
		return answer_text(connection, MHD_HTTP_METHOD_NOT_ALLOWED,
				   "only GET and HEAD\n", "GET, HEAD");
	if (!strcmp(url, "/metrics"))
		return answer_page(connection, data);
	if (!strcmp(url, "/"))
		return answer_text(connection, MHD_HTTP_OK, "the metrics are at /metrics\n", NULL);
	return answer_text(connection, MHD_HTTP_NOT_FOUND,
			   "there is nothing here: the metrics are at /metrics\n", NULL);
}

struct http *http_start(int socket, http_page *page, void *data)
{
	struct http *http = calloc(1, sizeof(*http));

	if (!http)
		return NULL;
	http->page = page;
	http->data = data;
	http->daemon = MHD_start_daemon(MHD_USE_EPOLL, 0, NULL, NULL, take_request, http,
					MHD_OPTION_LISTEN_SOCKET, socket,
					MHD_OPTION_CONNECTION_LIMIT, (unsigned int)MAX_CONNECTIONS,
					MHD_OPTION_CONNECTION_TIMEOUT, (unsigned int)IDLE_S,
					MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)REQUEST_MAX,
					MHD_OPTION_END);
	if (http->daemon)
		return http;
	free(http);
	return NULL;
}

void http_stop(struct http *http)
{
	if (!http)
		return;
	MHD_stop_daemon(http->daemon);
	free(http);
}

int http_fd(const struct http *http)
{
	return MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
}

int http_timeout_ms(const struct http *http)
{
	MHD_UNSIGNED_LONG_LONG ms;

	if (MHD_get_timeout(http->daemon, &ms) != MHD_YES)
		return -1;
	return ms < INT_MAX ? (int)ms : INT_MAX;
}

void http_run(struct http *http)
{
	MHD_run(http->daemon);
}
