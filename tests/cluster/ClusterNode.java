import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.opensearch.analysis.common.CommonAnalysisPlugin;
import org.opensearch.common.settings.Settings;
import org.opensearch.env.Environment;
import org.opensearch.index.reindex.ReindexPlugin;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.painless.PainlessPlugin;
import org.opensearch.transport.Netty4Plugin;

/**
 * One node of OpenSearch on 127.0.0.1, for tests.
 *
 * <p>{@code ClusterNode FOLDER I HTTP:TRANSPORT,… SETTING=VALUE…} starts node I (from 0) of a cluster that has a node for
 * each pair of ports and keeps everything in a folder: a home and a log for each node. It prints {@code ready PORT} when
 * it answers. SIGTERM ends it and leaves its data. When its standard input ends, whoever started it is gone: it ends and
 * takes the folder with it.
 *
 * <p>{@code ClusterNode ports N} prints N ports that were free, a line each.
 */
public final class ClusterNode extends Node {
    /** How long a node may take to end before it is left to its fate. */
    private static final long SECONDS_TO_END = 20;

    private static volatile Node running;

    private ClusterNode(Environment environment) {
        super(
                environment,
                List.of(
                        Netty4Plugin.class,
                        CommonAnalysisPlugin.class,
                        PainlessPlugin.class,
                        ReindexPlugin.class),
                false);
    }

    public static void main(String[] arguments) throws Exception {
        if (arguments.length == 2 && arguments[0].equals("ports")) {
            printFreePorts(Integer.parseInt(arguments[1]));
            return;
        }
        Path folder = Path.of(arguments[0]).toAbsolutePath();
        Settings settings = settings(folder, arguments);
        String name = settings.get("node.name");
        // Before the first logger and the first temporary file are asked for.
        System.setProperty("cluster.log", folder.resolve(name + ".log").toString());
        Path temporary = Files.createDirectories(folder.resolve(name).resolve("tmp"));
        System.setProperty("java.io.tmpdir", temporary.toString());
        Runtime.getRuntime().addShutdownHook(new Thread(ClusterNode::end));
        // The threads of a node do not keep a process alive; this one does.
        new Thread(() -> endWithInput(folder)).start();
        try {
            Environment environment =
                    InternalSettingsPreparer.prepareEnvironment(settings, Map.of(), null, () -> name);
            running = new ClusterNode(environment);
            running.start();
        } catch (Exception error) {
            error.printStackTrace();
            // Threads that were started would keep it alive.
            Runtime.getRuntime().halt(1);
        }
        System.out.println("ready " + settings.get("http.port"));
        System.out.flush();
    }

    private static Settings settings(Path folder, String[] arguments) {
        List<String> names = new ArrayList<>();
        List<String> hosts = new ArrayList<>();
        String[] ports = arguments[2].split(",");
        for (int i = 0; i < ports.length; i++) {
            names.add("node-" + i);
            hosts.add("127.0.0.1:" + ports[i].split(":")[1]);
        }
        int own = Integer.parseInt(arguments[1]);
        String[] ownPorts = ports[own].split(":");
        Settings.Builder settings =
                Settings.builder()
                        .put("cluster.name", folder.getFileName().toString())
                        .put("node.name", names.get(own))
                        .put("path.home", folder.resolve(names.get(own)).toString())
                        .put("network.host", "127.0.0.1")
                        .put("http.type", "netty4")
                        .put("http.port", ownPorts[0])
                        .put("transport.type", "netty4")
                        .put("transport.port", ownPorts[1])
                        .putList("discovery.seed_hosts", hosts)
                        .putList("cluster.initial_cluster_manager_nodes", names)
                        // A disk that is nearly full is no reason to fail a test.
                        .put("cluster.routing.allocation.disk.threshold_enabled", false);
        for (int i = 3; i < arguments.length; i++) {
            String[] setting = arguments[i].split("=", 2);
            settings.put(setting[0], setting[1]);
        }
        return settings.build();
    }

    /** Ends the node in order. */
    private static void end() {
        Node node = running;
        if (node == null) {
            return;
        }
        try {
            node.close();
            node.awaitClose(SECONDS_TO_END, TimeUnit.SECONDS);
        } catch (IOException | InterruptedException error) {
            error.printStackTrace();
        }
    }

    /** Waits for the end of standard input, then ends the node and removes the folder of the cluster. */
    private static void endWithInput(Path folder) {
        try (InputStream input = System.in) {
            while (input.read() >= 0) {
                // What is said is not listened to.
            }
        } catch (IOException error) {
            // It cannot be read any more either.
        }
        Thread ending = new Thread(ClusterNode::end);
        ending.start();
        try {
            ending.join(TimeUnit.SECONDS.toMillis(SECONDS_TO_END));
            // The other nodes end at the same time and may still write: the last one finds nothing new.
            for (int attempt = 0; attempt < 50 && !isRemoved(folder); attempt++) {
                Thread.sleep(100);
            }
        } catch (InterruptedException error) {
            // Then at once.
        }
        Runtime.getRuntime().halt(0);
    }

    private static boolean isRemoved(Path folder) {
        try {
            Files.walkFileTree(
                    folder,
                    new SimpleFileVisitor<>() {
                        @Override
                        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                                throws IOException {
                            Files.deleteIfExists(file);
                            return FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult visitFileFailed(Path file, IOException gone) {
                            return FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult postVisitDirectory(Path gone, IOException error)
                                throws IOException {
                            Files.deleteIfExists(gone);
                            return FileVisitResult.CONTINUE;
                        }
                    });
        } catch (IOException error) {
            // Something was written meanwhile.
        }
        return !Files.exists(folder);
    }

    private static void printFreePorts(int n) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
        }
        for (ServerSocket socket : sockets) {
            System.out.println(socket.getLocalPort());
            socket.close();
        }
    }
}
